using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>`experiment miniature` with the starter, as a user runs it.</summary>
public sealed class ExperimentCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task The_quick_experiment_shows_that_tuning_helps_and_a_second_call_reads_what_is_there()
    {
        var output = _folder.In("miniature");
        string[] command = ["experiment", "miniature", "--quick", "--out", output, "--json"];
        var first = await CommandLine.RunAsync(command);
        Assert.Equal(0, first.ExitCode);
        var rows = first.Json.GetProperty("rows").EnumerateArray().ToDictionary(static row => row.GetProperty("name").GetString()!, static row => row.GetProperty("accuracy").GetDouble());
        Assert.Equal(["vanilla", "seeds-few", "seeds", "self-instruct-25", "self-instruct-100", "self-instruct-seed-families", "gold", "gold-self-instruct", "self-instruct-relabelled"], rows.Keys);

        // The base model goes on after its answer; hardly one is right as a whole. What tuning reaches lies above 60.
        Assert.InRange(rows["vanilla"], 0, 10);
        Assert.All(rows.Where(static row => row.Key != "vanilla"), row => Assert.InRange(row.Value, 40, 100));
        var page = await File.ReadAllTextAsync(Path.Combine(output, "report", "report.html"));
        Assert.Contains("The paper in miniature", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "report", "sizes.svg")));

        // A row whose record is gone is made anew, to the same answers; the others are read.
        var predictions = Path.Combine(output, "seed-1", "rows", "seeds", "predictions.jsonl");
        var (before, untouched) = (await File.ReadAllTextAsync(predictions), File.GetLastWriteTimeUtc(Path.Combine(output, "seed-1", "rows", "gold", "predictions.jsonl")));
        File.Delete(Path.Combine(output, "seed-1", "rows", "seeds", "row.json"));
        var second = await CommandLine.RunAsync(command);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(before, await File.ReadAllTextAsync(predictions));
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(Path.Combine(output, "seed-1", "rows", "gold", "predictions.jsonl")));
        Assert.Equal(first.Json.GetProperty("rows").ToString(), second.Json.GetProperty("rows").ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_without_a_model_is_refused()
    {
        var result = await CommandLine.RunAsync("experiment", "miniature", "--starter", _folder.In("nothing"), "--out", _folder.In("out"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("nothing", result.Errors, StringComparison.Ordinal);
    }
}
