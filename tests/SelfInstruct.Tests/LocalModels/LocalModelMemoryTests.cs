using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class LocalModelMemoryTests : IDisposable
{
    const int Timeout = 120_000;
    readonly TemporaryFolder folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task Requests_wait_when_the_cache_is_full_and_answers_stay_the_same()
    {
        var file = InferenceModels.Random();
        GgufFile.Write(folder.In("m.gguf"), file, GgufType.F32, "m");
        using var stored = GgufFile.Open(folder.In("m.gguf"));
        var page = sizeof(float) * CachePage.Floats(file.Config);

        // Room for one sequence of five pages; the twenty would need a hundred at once.
        using var narrow = new LocalLanguageModel(stored, "narrow", new LocalModelOptions { Threads = 1, CacheBytes = 7 * page });
        using var wide = new LocalLanguageModel(stored, "wide", new LocalModelOptions { Threads = 1 });
        var requests = Enumerable.Range(0, 20).Select(i => new CompletionRequest("The cat sat on the", new(1, 1, 0, 0, 130, [], i))).ToArray();
        var expected = await Task.WhenAll(requests.Select(request => wide.CompleteAsync(request, Token)));
        Assert.Equal(expected, await Task.WhenAll(requests.Select(request => narrow.CompleteAsync(request, Token))));
    }

    [Fact]
    public void A_context_that_the_cache_cannot_hold_is_shortened()
    {
        var file = InferenceModels.Random();
        GgufFile.Write(folder.In("m.gguf"), file, GgufType.F32, "m");
        using var stored = GgufFile.Open(folder.In("m.gguf"));
        var page = sizeof(float) * CachePage.Floats(file.Config);
        using var model = new LocalLanguageModel(stored, "m", new LocalModelOptions { Threads = 1, CacheBytes = 4 * page });
        Assert.Equal(3 * CachePage.Positions, model.ContextLength);
        Assert.Throws<ArgumentException>(() => new LocalLanguageModel(stored, "m", new LocalModelOptions { Threads = 1, CacheBytes = page / 2 }));
    }

    [Fact]
    public void No_more_pages_are_made_than_allowed()
    {
        var pages = new CachePages(InferenceModels.Random().Config, capacity: 2);
        var first = pages.Rent();
        pages.Rent();
        Assert.Throws<InvalidOperationException>(pages.Rent);
        pages.Release(first);
        Assert.Same(first, pages.Rent());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_thousand_requests_leave_no_more_memory_behind_than_a_hundred()
    {
        using var model = new LocalLanguageModel(InferenceModels.Random(), "m", threads: 2);
        await Ask(model, 0, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Ask(model, 100, 1000);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        // Pages of prompts seen before may still fill up; they are bounded, and far below this here.
        Assert.True(after - before < 8 << 20, $"{before:N0} bytes before, {after:N0} after");
    }

    static async Task Ask(LocalLanguageModel model, int from, int count)
    {
        var requests = Enumerable.Range(from, count).Select(i => new CompletionRequest("The cat sat on the mat " + (i % 7), new(1, 0.9, 0, 0, 12, [], i)));
        foreach (var batch in requests.Chunk(50))
        {
            await Task.WhenAll(batch.Select(request => model.CompleteAsync(request, Token)));
        }
    }
}
