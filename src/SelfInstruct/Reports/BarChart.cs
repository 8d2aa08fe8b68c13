using System.Collections.Immutable;
using System.Globalization;

namespace SelfInstruct.Reports;

/// <param name="Low">With <paramref name="High"/>, an interval around the value.</param>
public sealed record Bar(double Value, double? Low = null, double? High = null);

/// <param name="Bars">One for each row; null: no bar there.</param>
public sealed record BarSeries(string Name, ImmutableArray<Bar?> Bars);

/// <summary>Lying bars in groups: long names stay readable.</summary>
/// <param name="Rows">Names of the groups, from the top.</param>
/// <param name="Series">In each group, from the top.</param>
/// <param name="Unit">Of the axis.</param>
public sealed record BarChart(string Title, string Description, ImmutableArray<string> Rows, ImmutableArray<BarSeries> Series, string Unit) : Chart(Title, Description)
{
    const double Right = 58;
    const double GroupGap = 12;
    const int LongestName = 34;

    double Thickness => Series.Length switch { 1 => 20, 2 => 14, _ => 11 };

    public override string ToSvg()
    {
        var canvas = new SvgCanvas();
        var top = ChartLegend.Draw(canvas, Title, Series.Length > 1 ? [.. Series.Select(static series => series.Name)] : [], ChartLegend.Squares(canvas, Style));
        var frame = new BarFrame(canvas, top, Rows, LongestName, Right, (Thickness * Series.Length) + GroupGap);
        var axis = Axis.Linear(Series.SelectMany(static series => series.Bars).SelectMany(static bar => Ends(bar)).Append(0), fromZero: true);
        frame.DrawAxis(axis, Unit);
        for (var row = 0; row < Rows.Length; row++)
        {
            for (var i = 0; i < Series.Length; i++)
            {
                if (Series[i].Bars[row] is { } bar)
                {
                    Draw(canvas, frame, axis, bar, i, frame.RowTop(row) + (GroupGap / 2) + (i * Thickness), $"{Series[i].Name}, {Rows[row]}");
                }
            }
        }

        return canvas.ToSvg(Width, frame.Height, this);
    }

    void Draw(SvgCanvas canvas, BarFrame frame, Axis axis, Bar bar, int series, double y, string name)
    {
        var (zero, end) = (frame.X(axis, 0), frame.X(axis, bar.Value));
        var label = bar.Value.ToString("0.##", CultureInfo.InvariantCulture);
        var interval = bar is { Low: { } l, High: { } h } ? string.Create(CultureInfo.InvariantCulture, $" [{l:0.##}, {h:0.##}]") : "";
        canvas.Rectangle(Math.Min(zero, end), y + 1, Math.Abs(end - zero), Thickness - 2, Style(series), $"{name}: {label}{interval}");
        var edge = Math.Max(zero, end);
        if (bar is { Low: { } low, High: { } high })
        {
            DrawInterval(canvas, frame.X(axis, low), frame.X(axis, high), y + (Thickness / 2));
            edge = Math.Max(edge, frame.X(axis, high));
        }

        canvas.Text(edge + 5, y + (Thickness / 2) + 4, label, Series.Length > 2 ? "faint number small" : "faint number");
    }

    static void DrawInterval(SvgCanvas canvas, double low, double high, double y)
    {
        canvas.Line(low, y, high, y, "error");
        canvas.Line(low, y - 3, low, y + 3, "error");
        canvas.Line(high, y - 3, high, y + 3, "error");
    }

    static string Style(int series) => $"s{series % ChartStyle.SeriesColours}";

    static IEnumerable<double> Ends(Bar? bar) => bar is { } b ? [b.Value, b.Low ?? b.Value, b.High ?? b.Value] : [];
}
