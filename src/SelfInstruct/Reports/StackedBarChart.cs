using System.Collections.Immutable;

namespace SelfInstruct.Reports;

/// <param name="Counts">One for each part, at least 0.</param>
public sealed record StackedRow(string Name, ImmutableArray<int> Counts);

/// <summary>Lying bars of parts that make up a whole, with each part's count inside (paper, Figure 6).</summary>
/// <param name="Parts">From the left; with <paramref name="AreGrades"/>, at most four, from good to bad.</param>
public sealed record StackedBarChart(string Title, string Description, ImmutableArray<string> Parts, ImmutableArray<StackedRow> Rows, bool AreGrades) : Chart(Title, Description)
{
    const double RowHeight = 36;
    const int LongestName = 34;

    // Narrower parts hold no number; the tip has it.
    const double CharacterWidth = 8.5;

    public override string ToSvg()
    {
        var canvas = new SvgCanvas();
        var top = ChartLegend.Draw(canvas, Title, Parts, ChartLegend.Squares(canvas, Style));
        var frame = new BarFrame(canvas, top, Rows.Length == 0 ? [] : [.. Rows.Select(static row => row.Name)], LongestName, 60, RowHeight);
        var axis = Axis.Linear([0, 100], fromZero: true);
        frame.DrawAxis(axis, "per cent");
        for (var row = 0; row < Rows.Length; row++)
        {
            Draw(canvas, frame, axis, Rows[row], frame.RowTop(row) + 5);
        }

        return canvas.ToSvg(Width, frame.Height, this);
    }

    void Draw(SvgCanvas canvas, BarFrame frame, Axis axis, StackedRow row, double y)
    {
        var total = row.Counts.Sum();
        var before = 0;
        for (var part = 0; part < row.Counts.Length && total > 0; part++)
        {
            var (start, end) = (frame.X(axis, 100.0 * before / total), frame.X(axis, 100.0 * (before + row.Counts[part]) / total));
            before += row.Counts[part];
            var label = $"{row.Counts[part]}";
            if (row.Counts[part] > 0)
            {
                canvas.Rectangle(start, y, end - start, RowHeight - 10, Style(part), $"{row.Name}, {Parts[part]}: {label} of {total}");
            }

            if (end - start >= (label.Length * CharacterWidth) + 4)
            {
                canvas.Text((start + end) / 2, y + 18, label, (AreGrades ? "on-" + Style(part) : "on-part") + " number", Anchor.Middle);
            }
        }

        canvas.Text(frame.X(axis, 100) + 8, y + 18, $"n = {total}", "faint number small");
    }

    string Style(int part) => AreGrades
        ? $"g{Math.Min(part * (ChartStyle.GradeColours - 1) / Math.Max(1, Parts.Length - 1), ChartStyle.GradeColours - 1)}"
        : $"s{part % ChartStyle.SeriesColours}";
}
