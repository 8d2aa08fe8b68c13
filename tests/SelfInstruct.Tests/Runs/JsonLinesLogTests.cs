using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Runs;

public sealed class JsonLinesLogTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string LogPath => _folder.In("log.jsonl");

    [Fact(Timeout = 10_000)]
    public async Task What_was_appended_is_there_after_reopening()
    {
        await using (var log = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => log.AppendAsync(Line(n), CancellationToken.None)));
        }

        await using var reopened = Open();
        Assert.Equal(Enumerable.Range(0, 100).Select(static n => n.ToString()).Order(), reopened.Recovered.Select(static line => line.Id).Order());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_line_is_on_the_disk_when_the_append_returns()
    {
        await using var log = Open();
        await log.AppendAsync(Line(7), CancellationToken.None);
        Assert.Single(File.ReadLines(LogPath));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("{\"instruction\":\"a\",\"id\":\"1\"}\n{\"instr", 1)]
    [InlineData("{\"instr", 0)]
    [InlineData("", 0)]
    public async Task A_torn_last_line_is_cut_and_the_log_goes_on(string before, int whole)
    {
        await File.WriteAllTextAsync(LogPath, before);
        await using (var log = Open())
        {
            Assert.Equal(whole, log.Recovered.Count);
            await log.AppendAsync(Line(2), CancellationToken.None);
        }

        Assert.Equal(whole + 1, JsonLines.Read(LogPath, TaskJson.Format.ClassificationAnswer).Count());
    }

    [Fact]
    public void A_torn_line_longer_than_a_block_is_cut_whole()
    {
        File.WriteAllText(LogPath, "{}\n" + new string('x', 10_000));
        TornTail.Cut(LogPath);
        Assert.Equal("{}\n", File.ReadAllText(LogPath));
    }

    [Fact]
    public void A_broken_line_in_the_middle_is_named()
    {
        File.WriteAllText(LogPath, "{\"instruction\":\"a\"}\nnot json\n{\"instruction\":\"b\"}\n");
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("log.jsonl(2)", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    JsonLinesLog<ClassificationAnswer> Open() => new(LogPath, TaskJson.Format.ClassificationAnswer);

    static ClassificationAnswer Line(int n) => new("text", "Yes", n.ToString());
}
