using System.Collections.Immutable;
using System.Globalization;

namespace SelfInstruct.Reports;

/// <param name="Low">With <paramref name="High"/>, an interval around y.</param>
public sealed record ChartPoint(double X, double Y, double? Low = null, double? High = null);

/// <param name="Points">In the order of x.</param>
public sealed record LineSeries(string Name, ImmutableArray<ChartPoint> Points);

/// <summary>Curves over a linear or logarithmic x, with intervals; each series has its own mark as well as its own colour.</summary>
/// <param name="XLabel">What x is, with unit.</param>
/// <param name="YLabel">What y is, with unit.</param>
public sealed record LineChart(string Title, string Description, ImmutableArray<LineSeries> Series, string XLabel, string YLabel) : Chart(Title, Description)
{
    const double PlotHeight = 300;
    const double Left = 74;
    const double Right = 40;

    // More marks than this hide the curve.
    const int MostMarks = 60;

    /// <summary>All x are above 0.</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>y begins at 0.</summary>
    public bool FromZero { get; init; }

    public override string ToSvg()
    {
        var canvas = new SvgCanvas();
        var top = ChartLegend.Draw(canvas, Title, Series.Length > 1 ? [.. Series.Select(static series => series.Name)] : [], (i, x, y) => DrawMark(canvas, i, x, y, null)) + 4;
        var points = Series.SelectMany(static series => series.Points).ToList();
        var across = LogarithmicX ? Axis.Logarithmic(points.Select(static point => point.X)) : Axis.Linear(points.Select(static point => point.X), fromZero: false);
        var up = Axis.Linear(points.SelectMany(static point => (IEnumerable<double>)[point.Y, point.Low ?? point.Y, point.High ?? point.Y]), FromZero);
        DrawAxes(canvas, across, up, top);
        for (var i = 0; i < Series.Length; i++)
        {
            Draw(canvas, i, point => X(across, point), y => Y(up, y, top));
        }

        return canvas.ToSvg(Width, top + PlotHeight + 50, this);
    }

    void DrawAxes(SvgCanvas canvas, Axis across, Axis up, double top)
    {
        foreach (var tick in up.Ticks)
        {
            var y = Y(up, tick, top);
            canvas.Line(Left, y, Width - Right, y, tick == up.Low ? "base" : "rule");
            canvas.Text(Left - 8, y + 4, up.Label(tick), "faint number", Anchor.End);
        }

        foreach (var tick in across.Ticks)
        {
            var x = X(across, tick);
            canvas.Line(x, top + PlotHeight, x, top + PlotHeight + 4, "base");
            canvas.Text(x, top + PlotHeight + 19, across.Label(tick), "faint number", Anchor.Middle);
        }

        canvas.Text((Left + Width - Right) / 2, top + PlotHeight + 40, XLabel, "faint", Anchor.Middle);
        canvas.Text(18, top + (PlotHeight / 2), YLabel, "faint", Anchor.Middle, turned: true);
    }

    void Draw(SvgCanvas canvas, int series, Func<double, double> x, Func<double, double> y)
    {
        var (name, points) = (Series[series].Name, Series[series].Points);
        foreach (var point in points.Where(static point => point is { Low: not null, High: not null }))
        {
            var (at, low, high) = (x(point.X), y(point.Low!.Value), y(point.High!.Value));
            canvas.Path([(at - 3, low), (at + 3, low), (at, low), (at, high), (at - 3, high), (at + 3, high)], $"error l{Colour(series)}");
        }

        canvas.Path(points.Select(point => (x(point.X), y(point.Y))), $"curve l{Colour(series)}");
        foreach (var point in points.Length <= MostMarks ? points : [])
        {
            DrawMark(canvas, series, x(point.X), y(point.Y), string.Create(CultureInfo.InvariantCulture, $"{name}: {point.Y:0.####} at {point.X:#,0.####}"));
        }
    }

    static void DrawMark(SvgCanvas canvas, int series, double x, double y, string? tip)
    {
        var style = $"s{Colour(series)}";
        switch (series % 4)
        {
            case 0:
                canvas.Circle(x, y, 4, style, tip);
                break;
            case 1:
                canvas.Rectangle(x - 3.5, y - 3.5, 7, 7, style, tip);
                break;
            case 2:
                canvas.Path([(x, y - 5), (x + 4.5, y + 3.5), (x - 4.5, y + 3.5)], style, closed: true, tip);
                break;
            default:
                canvas.Path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], style, closed: true, tip);
                break;
        }
    }

    static int Colour(int series) => series % ChartStyle.SeriesColours;

    static double X(Axis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));

    static double Y(Axis axis, double value, double top) => top + ((1 - axis.Place(value)) * PlotHeight);
}
