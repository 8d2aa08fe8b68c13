using System.Globalization;
using System.Text;

namespace SelfInstruct.Reports;

/// <summary>Where a text begins, ends or has its middle.</summary>
enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes the elements of a drawing; colours are classes of <see cref="ChartStyle"/>. Coordinates are pixels, y downwards.</summary>
sealed class SvgCanvas
{
    readonly StringBuilder _svg = new();

    public void Rectangle(double x, double y, double width, double height, string style, string? tip = null) =>
        Shape("rect", $"{At("x", x)}{At("y", y)}{At("width", Math.Max(0, width))}{At("height", Math.Max(0, height))}", style, tip);

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Shape("line", $"{At("x1", x1)}{At("y1", y1)}{At("x2", x2)}{At("y2", y2)}", style, null);

    /// <param name="closed">The last point is joined to the first.</param>
    public void Path(IEnumerable<(double X, double Y)> points, string style, bool closed = false, string? tip = null)
    {
        var data = string.Join('L', points.Select(static point => $"{Number(point.X)} {Number(point.Y)}"));
        Shape("path", $" d=\"M{data}{(closed ? "Z" : "")}\"", style, tip);
    }

    public void Circle(double x, double y, double radius, string style, string? tip = null) =>
        Shape("circle", $"{At("cx", x)}{At("cy", y)}{At("r", radius)}", style, tip);

    /// <summary>A piece of a ring.</summary>
    /// <param name="from">Radians, clockwise from the top; less than a whole turn before <paramref name="to"/>.</param>
    public void Sector((double X, double Y) centre, double inner, double outer, double from, double to, string style, string? tip = null)
    {
        var large = to - from > Math.PI ? 1 : 0;
        var data = $"M{At(outer, from)}A{Number(outer)} {Number(outer)} 0 {large} 1 {At(outer, to)}L{At(inner, to)}A{Number(inner)} {Number(inner)} 0 {large} 0 {At(inner, from)}Z";
        Shape("path", $" d=\"{data}\"", style, tip);

        string At(double radius, double angle) => $"{Number(centre.X + (radius * Math.Sin(angle)))} {Number(centre.Y - (radius * Math.Cos(angle)))}";
    }

    /// <summary>A text along a radius, upright enough to be read.</summary>
    /// <param name="radius">Of the end that is nearer to the centre.</param>
    /// <param name="angle">Radians, clockwise from the top.</param>
    public void RadialText((double X, double Y) centre, double radius, double angle, string text, string style, string? tip = null)
    {
        var isLeft = angle > Math.PI;
        var (x, y) = (centre.X + (radius * Math.Sin(angle)), centre.Y - (radius * Math.Cos(angle)));
        var degrees = (angle * 180 / Math.PI) + (isLeft ? 90 : -90);
        _svg.Append($"<text{At("x", x)}{At("y", y)} dy=\"0.35em\" class=\"{style}\" text-anchor=\"{Name(isLeft ? Anchor.End : Anchor.Start)}\" transform=\"rotate({Number(degrees)} {Number(x)} {Number(y)})\">{MarkupText.Escape(text)}{Tip(tip)}</text>\n");
    }

    /// <param name="turned">A quarter turn against the clock, for the label of an upright axis.</param>
    public void Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start, bool turned = false, string? tip = null)
    {
        var turn = turned ? $" transform=\"rotate(-90 {Number(x)} {Number(y)})\"" : "";
        _svg.Append($"<text{At("x", x)}{At("y", y)} class=\"{style}\" text-anchor=\"{Name(anchor)}\"{turn}>{MarkupText.Escape(text)}{Tip(tip)}</text>\n");
    }

    /// <summary>The whole drawing; its title and description are what a screen reader says.</summary>
    public string ToSvg(double width, double height, Chart chart) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {Number(width)} {Number(height)}" width="{Number(width)}" height="{Number(height)}" role="img" aria-label="{MarkupText.Escape(chart.Title + ". " + chart.Description)}">
        <title>{MarkupText.Escape(chart.Title)}</title>
        <desc>{MarkupText.Escape(chart.Description)}</desc>
        {_svg}</svg>
        """;

    void Shape(string name, string place, string style, string? tip) =>
        _svg.Append($"<{name}{place} class=\"{style}\"{(tip is null ? "/>" : $">{Tip(tip)}</{name}>")}\n");

    static string Tip(string? tip) => tip is null ? "" : $"<title>{MarkupText.Escape(tip)}</title>";

    static string Name(Anchor anchor) => anchor switch { Anchor.Start => "start", Anchor.Middle => "middle", _ => "end" };

    static string At(string name, double value) => $" {name}=\"{Number(value)}\"";

    static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
