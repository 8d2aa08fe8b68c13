using System.Text.Json;

namespace SelfInstruct.Tests.Deployment;

public sealed class LicenceTests
{
    static readonly string[] OnlyToBuild = ["Meziantou.Analyzer", "Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    [Fact]
    public void Every_package_that_ships_is_listed_with_its_version_and_licence()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Repository.In("src", "SelfInstruct.Cli", "packages.lock.json")));
        var restored = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(static package => package.Value.GetProperty("type").GetString() != "Project" && !OnlyToBuild.Contains(package.Name))
            .Select(static package => $"| {package.Name} | {package.Value.GetProperty("resolved").GetString()} | ")
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var listed = File.ReadLines(Repository.In("docs", "licences.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.Equal(restored.Count, listed.Count);
        Assert.All(restored.Zip(listed.Order(StringComparer.OrdinalIgnoreCase)), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.All(listed, static line => Assert.Matches(@"\| (MIT|Apache-2\.0|BSD-3-Clause|PostgreSQL|MS-PL OR Apache-2\.0) \|$", line));
    }
}
