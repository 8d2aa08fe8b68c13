using System.Collections.Immutable;

namespace SelfInstruct.Reports;

/// <summary>Title and legend at the top of a chart.</summary>
static class ChartLegend
{
    const double Left = 12;
    const double LineHeight = 20;
    const double Swatch = 12;
    const double Gap = 18;

    /// <summary>Draws them, and returns where the chart may begin.</summary>
    /// <param name="canvas">To draw on.</param>
    /// <param name="title">Of the chart.</param>
    /// <param name="names">None: no legend.</param>
    /// <param name="mark">Draws a sample of a series, its middle at the place given.</param>
    public static double Draw(SvgCanvas canvas, string title, ImmutableArray<string> names, Action<int, double, double> mark)
    {
        canvas.Text(Left, 22, MarkupText.Shorten(title, 88), "head");
        if (names.IsEmpty)
        {
            return 34;
        }

        var (x, y) = (Left, 44.0);
        for (var i = 0; i < names.Length; i++)
        {
            var name = MarkupText.Shorten(names[i], 60);
            var width = Swatch + 6 + Chart.TextWidth(name) + Gap;
            if (x + width > Chart.Width && x > Left)
            {
                (x, y) = (Left, y + LineHeight);
            }

            mark(i, x + (Swatch / 2), y - 4);
            canvas.Text(x + Swatch + 6, y, name, "name");
            x += width;
        }

        return y + 12;
    }

    /// <summary>The mark of a bar.</summary>
    public static Action<int, double, double> Squares(SvgCanvas canvas, Func<int, string> style) =>
        (i, x, y) => canvas.Rectangle(x - (Swatch / 2), y - (Swatch / 2), Swatch, Swatch, style(i));
}
