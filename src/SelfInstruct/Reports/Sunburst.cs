using System.Collections.Immutable;
using System.Globalization;

namespace SelfInstruct.Reports;

/// <param name="Count">Above 0; at least what its parts have together.</param>
/// <param name="Parts">On the outer ring, in order.</param>
public sealed record SunburstSector(string Name, int Count, ImmutableArray<(string Name, int Count)> Parts);

/// <summary>Two rings: wholes inside, their parts outside, clockwise from the top, each as wide as its count (paper, Figure 3). Names that have no room are tips only.</summary>
/// <param name="Sectors">A sector is as wide as its parts together, so that the rings are full.</param>
public sealed record Sunburst(string Title, string Description, ImmutableArray<SunburstSector> Sectors) : Chart(Title, Description)
{
    const double Hole = 70;
    const double Middle = 206;
    const double Outer = 232;
    const double LabelAt = 239;
    const double LabelHeight = 12.5;
    const double LabelRoom = 100;
    const int LongestInside = 13;

    public override string ToSvg()
    {
        var canvas = new SvgCanvas();
        var top = ChartLegend.Draw(canvas, Title, [], static (_, _, _) => { });
        var centre = (X: Width / 2, Y: top + LabelAt + LabelRoom);
        var total = (double)Sectors.Sum(static sector => sector.Parts.Sum(static part => part.Count));
        var angle = 0.0;
        List<(double Angle, string Text, int Count, string Tip)> labels = [];
        for (var i = 0; i < Sectors.Length && total > 0; i++)
        {
            var start = angle;
            foreach (var (name, count) in Sectors[i].Parts)
            {
                var end = angle + Turn(count, total);
                var tip = string.Create(CultureInfo.InvariantCulture, $"{Sectors[i].Name} {name}: {count:N0}");
                canvas.Sector(centre, Middle, Outer, angle, end, $"edge light {Colour(i)}", tip);
                labels.Add(((angle + end) / 2, name, count, tip));
                angle = end;
            }

            DrawWhole(canvas, centre, i, start, angle);
        }

        foreach (var (at, text, _, tip) in WithRoom(labels))
        {
            canvas.RadialText(centre, LabelAt, at, MarkupText.Shorten(text, 18), "name small", tip);
        }

        return canvas.ToSvg(Width, centre.Y + LabelAt + LabelRoom, this);
    }

    void DrawWhole(SvgCanvas canvas, (double X, double Y) centre, int i, double start, double end)
    {
        var tip = string.Create(CultureInfo.InvariantCulture, $"{Sectors[i].Name}: {Sectors[i].Count:N0}");
        canvas.Sector(centre, Hole, Middle, start, end, $"edge {Colour(i)}", tip);

        // Beside the rim, where a sector is widest.
        var name = MarkupText.Shorten(Sectors[i].Name, LongestInside);
        var radius = Middle - 10 - TextWidth(name);
        if ((end - start) * Math.Max(radius, Hole) >= LabelHeight)
        {
            canvas.RadialText(centre, Math.Max(radius, Hole + 2), (start + end) / 2, name, "on-part", tip);
        }
    }

    /// <summary>The widest first; what would touch one that is there already is left out.</summary>
    static IEnumerable<(double Angle, string Text, int Count, string Tip)> WithRoom(List<(double Angle, string Text, int Count, string Tip)> labels)
    {
        List<double> taken = [];
        foreach (var label in labels.OrderByDescending(static label => label.Count))
        {
            if (taken.TrueForAll(other => Apart(other, label.Angle) * LabelAt >= LabelHeight))
            {
                taken.Add(label.Angle);
                yield return label;
            }
        }
    }

    static double Apart(double a, double b) => Math.Abs(a - b) is var apart && apart > Math.PI ? Math.Tau - apart : apart;

    // A whole turn would have no beginning and no end to draw.
    static double Turn(int count, double total) => Math.Min(count / total, 0.9999) * Math.Tau;

    static string Colour(int sector) => $"s{sector % ChartStyle.SeriesColours}";
}
