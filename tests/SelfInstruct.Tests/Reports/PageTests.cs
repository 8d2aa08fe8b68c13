using System.Xml.Linq;
using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Reports;

public sealed class PageTests
{
    const string Hostile = "<script>alert(1)</script> & \"quotes\" 'x' | `code` \u0001\u202E end";

    static readonly Chart[] Charts =
    [
        new BarChart(Hostile, Hostile, [Hostile, "b"], [new(Hostile, [new(1, 0.5, 2), null]), new("two", [new(0), new(-3)])], Hostile),
        new StackedBarChart(Hostile, Hostile, ["A", "B", "C", Hostile], [new(Hostile, [1, 0, 64, 187]), new("nothing rated", [0, 0, 0, 0])], AreGrades: true),
        new LineChart(Hostile, Hostile, [new(Hostile, [new(1, 2, 1, 3), new(10, 1)]), new("two", [new(5, 5)])], Hostile, Hostile) { LogarithmicX = true, FromZero = true },
        new Histogram(Hostile, Hostile, [0, 1, 2], [3, 0], Hostile),
        new Sunburst(Hostile, Hostile, [new(Hostile, 5, [(Hostile, 2), ("b", 1)]), new("two", 1, [("c", 1)])]),
    ];

    static readonly Report Page = new(
        Hostile,
        [
            new ReportHeading(Hostile),
            new ReportParagraph(Hostile),
            new ReportTable(Hostile, [new(Hostile), new("b")], [[Hostile, "2"]]),
            .. Charts.Select(static (chart, i) => new ReportFigure($"figure-{i}", chart, Hostile)),
            new ReportFold(Hostile, [new ReportSideBySide([new(Hostile, Hostile), new("empty", "")])]),
        ]);

    [Fact]
    public void Every_chart_is_xml_with_a_title_and_a_description() => Assert.All(Charts, static chart =>
    {
        var svg = XElement.Parse(ChartStyle.ToFile(chart));
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Equal(1, svg.Elements().Count(static element => element.Name.LocalName == "title"));
        Assert.Equal(1, svg.Elements().Count(static element => element.Name.LocalName == "desc"));
        Assert.DoesNotContain(svg.Descendants(), static element => element.Name.LocalName == "script");
    });

    [Fact]
    public void No_text_becomes_markup_of_the_page()
    {
        var html = HtmlPage.Write(Page);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u0001', html);
        Assert.DoesNotContain('\u202E', html);
        Assert.DoesNotContain("<script", MarkdownPage.Write(new Report(Hostile, [.. Page.Blocks.Where(static block => block is not ReportFold)])), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_asks_for_nothing_from_elsewhere()
    {
        var html = HtmlPage.Write(Page);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_of_a_stack_are_as_long_as_their_counts()
    {
        var chart = new StackedBarChart("t", "d", ["A", "B"], [new("m", [1, 3])], AreGrades: true);
        var widths = XElement.Parse(chart.ToSvg()).Elements()
            .Where(static element => element.Name.LocalName == "rect" && element.Attribute("height")?.Value == "26")
            .Select(static element => double.Parse(element.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(3, widths[1] / widths[0], 2);
    }

    [Fact]
    public void A_bar_is_as_long_as_its_value_and_its_interval_reaches_from_low_to_high()
    {
        var chart = new BarChart("t", "d", ["a", "b"], [new("s", [new(2, 1, 3), new(4)])], "u");
        var bars = Elements(chart, "rect").Select(static bar => (X: Number(bar, "x"), Width: Number(bar, "width"))).ToList();
        Assert.Equal(2, bars[1].Width / bars[0].Width, 2);
        var interval = Elements(chart, "line").First(static line => line.Attribute("class")!.Value == "error");
        Assert.Equal(0.5, (Number(interval, "x1") - bars[0].X) / bars[0].Width, 2);
        Assert.Equal(1.5, (Number(interval, "x2") - bars[0].X) / bars[0].Width, 2);
    }

    [Fact]
    public void Points_of_a_curve_stand_where_the_axes_say()
    {
        var chart = new LineChart("t", "d", [new("s", [new(1, 0), new(10, 5), new(100, 10)])], "x", "y") { LogarithmicX = true };
        var points = Elements(chart, "circle").Select(static circle => (X: Number(circle, "cx"), Y: Number(circle, "cy"))).ToList();
        Assert.Equal((points[0].X + points[2].X) / 2, points[1].X, 1);
        Assert.Equal((points[0].Y + points[2].Y) / 2, points[1].Y, 1);
        Assert.True(points[0].Y > points[2].Y);
    }

    [Fact]
    public void Columns_of_a_histogram_are_as_high_as_their_counts()
    {
        var heights = Elements(new Histogram("t", "d", [0, 0.05, 0.1], [10, 40], "u"), "rect").Select(static bar => Number(bar, "height")).ToList();
        Assert.Equal(4, heights[1] / heights[0], 2);
    }

    [Fact]
    public void A_row_of_a_markdown_table_has_as_many_cells_as_columns()
    {
        var lines = MarkdownPage.Write(new Report("t", [new ReportTable(null, [new("a", IsNumber: false), new("b")], [["x|y\nz", "1"]])])).Split('\n');
        Assert.Equal(["# t", "", "| a | b |", "| --- | ---: |", "| x\\|y z | 1 |", ""], lines);
    }

    [Fact]
    public void A_fence_is_longer_than_any_inside_it()
    {
        var page = MarkdownPage.Write(new Report("t", [new ReportExcerpt("m", "```\ncode\n````")]));
        Assert.Contains("`````\n```\ncode\n````\n`````\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_inside_folds_are_figures_of_the_report() =>
        Assert.Equal(["f"], new Report("t", [new ReportFold("s", [new ReportFigure("f", Charts[0], "c")])]).Figures.Select(static figure => figure.Name));

    static List<XElement> Elements(Chart chart, string name) => [.. XElement.Parse(chart.ToSvg()).Elements().Where(element => element.Name.LocalName == name)];

    static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}
