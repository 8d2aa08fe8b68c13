using System.Collections.Immutable;

namespace SelfInstruct.Reports;

/// <summary>How often values fall between neighbouring edges.</summary>
/// <param name="Edges">Ascending; one more than the counts.</param>
/// <param name="Unit">What x is.</param>
public sealed record Histogram(string Title, string Description, ImmutableArray<double> Edges, ImmutableArray<int> Counts, string Unit) : Chart(Title, Description)
{
    const double PlotHeight = 260;
    const double Left = 74;
    const double Right = 40;

    public override string ToSvg()
    {
        var canvas = new SvgCanvas();
        var top = ChartLegend.Draw(canvas, Title, [], static (_, _, _) => { }) + 4;
        var up = Axis.Linear(Counts.Select(static count => (double)count).Append(0), fromZero: true);
        var across = Axis.Linear(Edges, fromZero: false);
        foreach (var tick in up.Ticks)
        {
            var y = top + ((1 - up.Place(tick)) * PlotHeight);
            canvas.Line(Left, y, Width - Right, y, tick == 0 ? "base" : "rule");
            canvas.Text(Left - 8, y + 4, up.Label(tick), "faint number", Anchor.End);
        }

        for (var i = 0; i < Counts.Length; i++)
        {
            var height = up.Place(Counts[i]) * PlotHeight;
            canvas.Rectangle(X(across, Edges[i]), top + PlotHeight - height, X(across, Edges[i + 1]) - X(across, Edges[i]) - 1, height, "s0", $"{across.Label(Edges[i])} to {across.Label(Edges[i + 1])}: {Counts[i]}");
        }

        foreach (var tick in across.Ticks)
        {
            canvas.Text(X(across, tick), top + PlotHeight + 19, across.Label(tick), "faint number", Anchor.Middle);
        }

        canvas.Text((Left + Width - Right) / 2, top + PlotHeight + 40, Unit, "faint", Anchor.Middle);
        return canvas.ToSvg(Width, top + PlotHeight + 50, this);
    }

    static double X(Axis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));
}
