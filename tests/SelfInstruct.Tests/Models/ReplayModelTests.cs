using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class ReplayModelTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Lines_are_served_in_order_whatever_is_asked()
    {
        using var model = Open(3);
        Assert.Equal(["0", "1", "2"], [await Ask(model), await Ask(model), await Ask(model)]);
    }

    [Fact]
    public async Task A_continued_run_goes_on_after_what_was_served()
    {
        using var model = Open(3, alreadyServed: 2);
        Assert.Equal("2", await Ask(model));
    }

    [Fact]
    public async Task The_end_of_the_file_is_an_error_and_no_answer()
    {
        using var model = Open(1);
        await Ask(model);
        await Assert.ThrowsAsync<ModelException>(async () => await Ask(model));
    }

    [Fact]
    public void A_shorter_file_than_was_served_is_another_file() => Assert.Throws<InvalidDataException>(() => Open(1, alreadyServed: 2));

    public void Dispose() => _folder.Dispose();

    static async Task<string> Ask(ReplayModel model) =>
        (await model.CompleteAsync(new CompletionRequest("any", new Sampling(0, 1, 0, 0, 1, [], 0)), CancellationToken.None)).Text;

    ReplayModel Open(int lines, int alreadyServed = 0) =>
        new(_folder.Write("replay.jsonl", string.Concat(Enumerable.Range(0, lines).Select(static n => $"{{\"text\":\"{n}\",\"finish_reason\":\"stop\"}}\n"))), alreadyServed);
}
