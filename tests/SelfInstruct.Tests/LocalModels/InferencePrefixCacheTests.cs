using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Tests.LocalModels;

public sealed class InferencePrefixCacheTests
{
    static readonly CachePages Pages = new(InferenceModels.Random().Config);

    [Fact]
    public void Tokens_seen_before_lead_to_their_page_and_others_do_not()
    {
        var cache = new PrefixCache(Pages, capacity: 10);
        var first = cache.Add(cache.Root, Run(1), Pages.Rent())!;
        var second = cache.Add(first, Run(2), Pages.Rent())!;

        Assert.Same(first, cache.Follow(cache.Root, Run(1)));
        Assert.Same(second, cache.Follow(first, Run(2)));
        Assert.Null(cache.Follow(cache.Root, Run(2)));
        Assert.Null(cache.Follow(second, Run(1)));
    }

    [Fact]
    public void The_same_tokens_from_elsewhere_get_the_page_that_is_there()
    {
        var pages = new CachePages(InferenceModels.Random().Config);
        var cache = new PrefixCache(pages, capacity: 10);
        var first = cache.Add(cache.Root, Run(1), pages.Rent())!;
        var again = cache.Add(cache.Root, Run(1), pages.Rent())!;

        Assert.Same(first, again);
        Assert.Equal((2, 1), (pages.Count, pages.Free));
    }

    [Fact]
    public void The_oldest_page_that_nobody_reads_makes_room()
    {
        var pages = new CachePages(InferenceModels.Random().Config);
        var cache = new PrefixCache(pages, capacity: 2);
        var read = cache.Add(cache.Root, Run(1), pages.Rent())!;
        var left = cache.Add(cache.Root, Run(2), pages.Rent())!;
        Assert.Null(cache.Add(cache.Root, Run(3), pages.Rent()));

        pages.Release(left.Page!);

        Assert.NotNull(cache.Add(cache.Root, Run(3), pages.Rent()));
        Assert.Same(read, cache.Follow(cache.Root, Run(1)));
        Assert.Null(cache.Follow(cache.Root, Run(2)));
        Assert.Equal(2, cache.Count);
    }

    static int[] Run(int first) => [.. Enumerable.Range(first, CachePage.Positions)];
}
