using SelfInstruct.Review;

namespace SelfInstruct.Tests.Review;

public sealed class RunWatchTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_read_once_and_only_when_they_are_whole()
    {
        var file = new TailedFile(_folder.In("log"));
        Assert.Empty(Read(file));
        _folder.Write("log", "one\ntw");
        Assert.Equal(["one"], Read(file));
        Assert.Empty(Read(file));
        File.AppendAllText(_folder.In("log"), "o\n\nthree\n");
        Assert.Equal(["two", "", "three"], Read(file));
    }

    [Fact]
    public void A_file_written_anew_is_read_from_its_beginning()
    {
        var file = new TailedFile(_folder.Write("log", "one\ntwo\n"));
        Assert.Equal(["one", "two"], Read(file));
        _folder.Write("log", "1\n");
        Assert.Equal(["restart", "1"], Read(file));
        _folder.Write("log", "another that is longer\n");
        Assert.Equal(["restart", "another that is longer"], Read(file));
    }

    [Fact]
    public void What_is_there_is_counted_and_a_folder_that_comes_later_is_seen()
    {
        var watch = new RunWatch(_folder.In("run"), TimeProvider.System);
        Assert.Equal("none", watch.Look().State);
        Directory.CreateDirectory(_folder.In("run"));
        _folder.Write("run/machine_generated_instructions.jsonl", string.Concat(Enumerable.Range(0, 12).Select(static i => $"{{\"instruction\":\"Do {i}.\",\"round\":{i / 4}}}\n")));
        _folder.Write("run/rejected.jsonl", "{\"stage\":\"instructions\",\"text\":\"Do.\",\"rule\":\"too_short\",\"round\":3}\n{\"stage\":\"dataset\",\"text\":\"x\",\"rule\":\"duplicate_row\"}\n");
        _folder.Write("run/completions.jsonl", "{\"key\":\"k\",\"finish_reason\":\"stop\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7},\"stage\":\"instructions\"}\n");
        var seen = watch.Look();
        Assert.Equal((12, 2, 4, 1, 5L, 7L), (seen.Accepted, seen.Rejected, seen.Rounds, seen.Calls, seen.PromptTokens, seen.CompletionTokens));
        Assert.Equal(12.0 / 13, seen.Acceptance);
        Assert.Equal(["Do 11.", "Do 10."], seen.Newest.Take(2).Select(static line => line.Text));
        Assert.Equal(10, seen.Newest.Length);
        Assert.Equal(1, seen.Rules["duplicate_row"]);
        Assert.Null(seen.CostUsd);
        Assert.Null(seen.Trouble);
        Assert.Equal(12, watch.Look().Accepted);
    }

    [Fact]
    public void Of_an_experiment_the_run_at_work_last_is_shown_with_the_rows_that_are_finished()
    {
        var watch = new LiveWatch(_folder.FolderPath, TimeProvider.System);
        Assert.Equal("none", watch.Look().State);
        foreach (var (seed, minutes) in new[] { (1, 5), (2, 1) })
        {
            Directory.CreateDirectory(_folder.In($"seed-{seed}/run"));
            _folder.Write($"seed-{seed}/run/machine_generated_instructions.jsonl", string.Concat(Enumerable.Repeat("{\"instruction\":\"Do.\"}\n", seed)));
            File.SetLastWriteTimeUtc(_folder.Write($"seed-{seed}/run/run.json", "{}"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-minutes));
        }

        Directory.CreateDirectory(_folder.In("seed-1/rows/base"));
        Directory.CreateDirectory(_folder.In("seed-1/rows/tuned"));
        _folder.Write("seed-1/rows/base/row.json", "{}");
        var seen = watch.Look();
        Assert.Equal(2, seen.Accepted);
        Assert.EndsWith(Path.Combine("seed-2", "run"), seen.Folder, StringComparison.Ordinal);
        Assert.Equal([Path.Combine("seed-1", "rows", "base")], seen.Finished!.Value);
    }

    [Fact]
    public void A_damaged_line_is_said_as_long_as_the_watch_goes_on()
    {
        _folder.Write("rejected.jsonl", "{\"stage\":1}\n");
        var watch = new RunWatch(_folder.FolderPath, TimeProvider.System);
        Assert.Contains("rejected.jsonl", watch.Look().Trouble, StringComparison.Ordinal);
        Assert.Contains("rejected.jsonl", watch.Look().Trouble, StringComparison.Ordinal);
    }

    static List<string> Read(TailedFile file)
    {
        List<string> read = [];
        foreach (var line in file.ReadNew(() => read.Add("restart")))
        {
            read.Add(System.Text.Encoding.UTF8.GetString(line.Span));
        }

        return read;
    }
}
