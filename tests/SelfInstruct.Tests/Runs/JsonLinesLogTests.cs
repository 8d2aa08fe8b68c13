using System.Text;
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
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => AppendAsync(log, n)));
            Assert.Equal(100, log.Count);
        }

        await using var reopened = Open();
        Assert.Equal(100, reopened.Count);
        Assert.Equal(Enumerable.Range(0, 100).Select(static n => $"{n}").Order(StringComparer.Ordinal), (await ReadAsync(reopened)).Select(static line => line.Id!).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_log_that_is_open_alone_is_read_by_others_and_opened_by_none()
    {
        await using (var log = JsonLinesLog.OpenAlone(LogPath))
        {
            await AppendAsync(log, 1);
            var refusal = Assert.Throws<InvalidDataException>(() => JsonLinesLog.OpenAlone(LogPath));
            Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
            Assert.Single(await File.ReadAllLinesAsync(LogPath, TestContext.Current.CancellationToken));
        }

        await using var again = JsonLinesLog.OpenAlone(LogPath);
        Assert.Equal(1, again.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task Entries_of_one_append_stand_together_in_order()
    {
        await using var log = Open();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => log.AppendAsync(Enumerable.Range(0, 5).Select(i => Line((10 * n) + i)), TaskJson.Format.ClassificationAnswer, CancellationToken.None)));
        var ids = (await ReadAsync(log)).ConvertAll(static line => int.Parse(line.Id!));
        Assert.All(ids.Chunk(5), static five => Assert.Equal(Enumerable.Range(five[0], 5), five));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_line_is_on_the_disk_when_the_append_returns()
    {
        await using var log = Open();
        await AppendAsync(log, 7);
        Assert.Single(File.ReadLines(LogPath));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_entry_is_found_by_its_key_before_and_after_reopening_and_the_first_of_a_key_counts()
    {
        await using (var log = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(n => AppendAsync(log, n)));
            await log.AppendAsync(Line(7) with { Instruction = "second" }, TaskJson.Format.ClassificationAnswer, "7", CancellationToken.None);
            await CheckAsync(log);
        }

        await using var reopened = Open();
        await CheckAsync(reopened);

        static async Task CheckAsync(JsonLinesLog log)
        {
            Assert.Equal("text", (await log.FindAsync("7", TaskJson.Format.ClassificationAnswer, CancellationToken.None))!.Instruction);
            Assert.Equal("49", (await log.FindAsync("49", TaskJson.Format.ClassificationAnswer, CancellationToken.None))!.Id);
            Assert.Null(await log.FindAsync("50", TaskJson.Format.ClassificationAnswer, CancellationToken.None));
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData("{\"id\":\"a\",\"instruction\":\"b\"}")]
    [InlineData("{\"instruction\":\"b\",\"id\":\"a\"}")]
    [InlineData("{ \"instruction\": {\"id\":\"wrong\"}, \"id\" : \"\\u0061\" }")]
    [InlineData("{\"id\":\"\\u0061\"}")]
    public async Task A_key_is_read_wherever_it_stands_in_the_line(string line)
    {
        await File.WriteAllTextAsync(LogPath, line + "\n");
        await using var log = Open();
        Assert.NotNull(await log.FindKeyAsync("a", CancellationToken.None));
        Assert.Null(await log.FindKeyAsync("wrong", CancellationToken.None));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("{\"instruction\":\"a\",\"id\":\"1\"}\n{\"instr", 1)]
    [InlineData("{\"instr", 0)]
    [InlineData("", 0)]
    [InlineData("{\"instruction\":\"a\",\"id\":\"1\"}\n{\"in\0\0\0}\n", 1)]
    [InlineData("{\"instruction\":\"a\",\"id\":\"1\"}\n\0\0\n\0\0\0", 1)]
    public async Task A_torn_end_is_cut_and_the_log_goes_on(string before, int whole)
    {
        await File.WriteAllTextAsync(LogPath, before);
        await using (var log = Open())
        {
            Assert.Equal(whole, log.Count);
            await AppendAsync(log, 2);
        }

        Assert.Equal(whole + 1, JsonLines.Read(LogPath, TaskJson.Format.ClassificationAnswer).Count());
    }

    /// <summary>What a power failure may leave: the file cut anywhere in its last three lines, with or without garbage after it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_file_cut_at_any_byte_keeps_its_longest_run_of_whole_lines()
    {
        var text = string.Concat(Enumerable.Range(0, 5).Select(static n => $"{{\"instruction\":\"line of text {n}\",\"id\":\"{n}\"}}\n"));
        var bytes = Encoding.UTF8.GetBytes(text);
        var starts = text.Split('\n')[..^1].Select(static line => line.Length + 1).ToArray();
        foreach (var garbage in new[] { "", "\0", "\0\0\0\0\0\0\0\0\n", "{\"instruc" })
        {
            for (var cut = starts[0] + starts[1]; cut < bytes.Length; cut++)
            {
                var whole = text[..cut].Count(static c => c == '\n');
                if (garbage == "{\"instruc" && text[cut - 1] != '\n')
                {
                    continue;
                }

                await File.WriteAllBytesAsync(LogPath, [.. bytes[..cut], .. Encoding.UTF8.GetBytes(garbage)]);
                await using var log = Open();
                Assert.Equal(whole, log.Count);
                Assert.Equal(Enumerable.Range(0, whole).Select(static n => $"{n}"), (await ReadAsync(log)).Select(static line => line.Id));
            }
        }
    }

    [Fact]
    public void A_torn_line_longer_than_a_block_is_cut_whole()
    {
        File.WriteAllText(LogPath, "{}\n" + new string('x', 10_000));
        TornTail.Cut(LogPath);
        Assert.Equal("{}\n", File.ReadAllText(LogPath));
    }

    [Fact(Timeout = 10_000)]
    public async Task Lines_longer_than_a_block_are_read_whole()
    {
        var length = 3 << 20;
        await using var log = Open();
        await log.AppendAsync(new ClassificationAnswer(new string('x', length), null, "long"), TaskJson.Format.ClassificationAnswer, "long", CancellationToken.None);
        await AppendAsync(log, 1);
        var lines = await ReadAsync(log);
        Assert.Equal((length, "1"), (lines[0].Instruction.Length, lines[1].Id));
        Assert.Equal(length, (await log.FindAsync("long", TaskJson.Format.ClassificationAnswer, CancellationToken.None))!.Instruction.Length);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_broken_line_in_the_middle_is_named()
    {
        await File.WriteAllTextAsync(LogPath, "{\"instruction\":\"a\"}\nnot json\n{\"instruction\":\"b\"}\n");
        await using var log = Open();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(log));
        Assert.Contains("log.jsonl(2)", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    JsonLinesLog Open() => JsonLinesLog.Open(LogPath, "id");

    static Task AppendAsync(JsonLinesLog log, int n) => log.AppendAsync(Line(n), TaskJson.Format.ClassificationAnswer, $"{n}", CancellationToken.None);

    static async Task<List<ClassificationAnswer>> ReadAsync(JsonLinesLog log)
    {
        List<ClassificationAnswer> lines = [];
        await foreach (var line in log.ReadAsync(TaskJson.Format.ClassificationAnswer, CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }

    static ClassificationAnswer Line(int n) => new("text", "Yes", $"{n}");
}
