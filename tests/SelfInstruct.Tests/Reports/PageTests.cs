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
}
