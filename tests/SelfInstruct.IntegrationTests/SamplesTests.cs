using System.Diagnostics;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

public sealed class SamplesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 300_000)]
    public async Task The_sample_with_filters_of_its_own_shows_what_its_page_says()
    {
        var sample = await CommandLine.RunAsync(new ProcessStartInfo("dotnet", ["run", "-c", "Release", "samples/own-filter.cs", _folder.In("run")])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.True(sample.ExitCode == 0, sample.Errors + sample.Output);
        var shown = File.ReadAllText(Repository.In("samples", "README.md"));
        var said = sample.Output.TrimEnd().Split('\n').Select(static line => line.TrimEnd()).ToList();
        Assert.Contains("  rejected: is_a_question 16", said);
        Assert.Contains(string.Join('\n', said.Skip(1)), shown, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
