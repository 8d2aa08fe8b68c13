using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class GenerationQueueTests
{
    [Fact]
    public void What_was_cancelled_while_it_waited_is_not_begun_wherever_it_stands()
    {
        var queue = new GenerationQueue(threads: 1);
        Generation[] waiting = [.. Enumerable.Range(0, 5).Select(static _ => Create())];
        Array.ForEach(waiting, queue.Add);
        waiting[0].Cancel();
        waiting[3].Cancel();
        List<Generation> begun = [];
        Fill(queue, 2, begun);
        Assert.Equal([waiting[1], waiting[2]], begun);

        // Not even held: a queue that is closed returns what waits.
        Assert.Equal([waiting[4]], queue.Close());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_thread_without_work_goes_on_waiting_when_all_that_comes_is_cancelled()
    {
        var queue = new GenerationQueue(threads: 1);
        List<Generation> begun = [];
        var filling = Task.Run(() => Fill(queue, 8, begun), TestContext.Current.CancellationToken);
        var cancelled = Create();
        cancelled.Cancel();
        queue.Add(cancelled);
        var wanted = Create();
        queue.Add(wanted);
        await filling;
        Assert.Equal([wanted], begun);
    }

    static void Fill(GenerationQueue queue, int most, List<Generation> begun)
    {
        var pages = new CachePages(InferenceModels.Random().Config);
        var prefixes = new PrefixCache(pages, 0);
        Assert.True(queue.Fill([], most, static _ => true, generation =>
        {
            begun.Add(generation);
            return new Sequence(generation, pages, prefixes);
        }));
    }

    static Generation Create() =>
        new(new BytePairTokenizer(InferenceModels.Vocabulary), [1], 1, new LocalRequest("", [], new Sampling(0, 1, 0, 0, 5, [], 1)), 100, null, CancellationToken.None);
}
