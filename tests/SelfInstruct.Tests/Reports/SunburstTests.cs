using System.Globalization;
using System.Xml.Linq;
using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Reports;

public sealed class SunburstTests
{
    [Fact]
    public void Names_outside_do_not_touch_and_every_part_has_a_tip()
    {
        var random = new Random(4);
        var sectors = Enumerable.Range(0, 20).Select(i => new SunburstSector($"verb{i}", 900, [.. Enumerable.Range(0, 4).Select(k => ($"noun{i}-{k}", 1 + random.Next(i == 0 ? 800 : 30)))])).ToList();
        var svg = XElement.Parse(ChartStyle.ToFile(new Sunburst("t", "d", [.. sectors])));
        Assert.Equal(20 * 5, svg.Descendants().Count(static element => element.Name.LocalName == "path" && element.Elements().Any()));
        var places = svg.Descendants().Where(static element => element.Name.LocalName == "text" && element.Attribute("class")!.Value.Contains("small", StringComparison.Ordinal))
            .Select(static element => (X: Number(element, "x"), Y: Number(element, "y"))).ToList();
        Assert.InRange(places.Count, 20, 80);
        Assert.All(places.SelectMany((place, i) => places.Skip(i + 1).Select(other => Math.Sqrt(Math.Pow(place.X - other.X, 2) + Math.Pow(place.Y - other.Y, 2)))), static apart => Assert.True(apart > 12, $"{apart}"));
    }

    [Fact]
    public void A_single_sector_and_none_at_all_are_drawn()
    {
        Assert.Contains("<path", new Sunburst("t", "d", [new("write", 3, [("poem", 3)])]).ToSvg(), StringComparison.Ordinal);
        _ = XElement.Parse(new Sunburst("t", "d", []).ToSvg());
    }

    static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
