using SelfInstruct.Review;
using SelfInstruct.Reviews;

namespace SelfInstruct.Tests.Review;

public sealed class ItemSetTests
{
    static readonly byte[] Secret = [1, 2, 3];

    [Fact]
    public void Everybody_has_an_order_of_their_own_that_is_the_same_every_time()
    {
        var set = Set(ReviewTask.Rating, 50);
        Assert.Equal(Enumerable.Range(0, 50), set.Order("anna").Order());
        Assert.NotEqual(set.Order("anna"), set.Order("bob"));
        Assert.Equal(set.Order("anna"), Set(ReviewTask.Rating, 50).Order("anna"));
        Assert.NotEqual(set.Order("anna"), new ItemSet(ReviewTask.Rating, set.Items, seed: 8, Secret).Order("anna"));
    }

    [Fact]
    public void Responses_stand_in_another_order_for_each_item_and_person_and_each_place_as_often()
    {
        var set = Set(ReviewTask.Rating, 2000);
        foreach (var place in Enumerable.Range(0, 3))
        {
            // 2,000 draws of a third: 667, give or take four standard deviations of 21.
            Assert.InRange(Enumerable.Range(0, 2000).Count(item => set.TextOrder("anna", item)[0] == place), 582, 751);
        }

        Assert.NotEqual(Enumerable.Range(0, 50).Select(item => set.TextOrder("anna", item)[0]), Enumerable.Range(0, 50).Select(item => set.TextOrder("bob", item)[0]));
    }

    [Fact]
    public void Handles_tell_nothing_of_a_model_and_outlive_new_items()
    {
        var (set, larger) = (Set(ReviewTask.Rating, 20), Set(ReviewTask.Rating, 30));
        Assert.Equal(Enumerable.Range(0, 20).Select(set.Handle), Enumerable.Range(0, 20).Select(larger.Handle));
        Assert.Equal(set.TextHandle("anna", 3, 1), larger.TextHandle("anna", 3, 1));
        Assert.NotEqual(set.TextHandle("anna", 3, 1), set.TextHandle("bob", 3, 1));
        string[] handles = [.. Enumerable.Range(0, 20).SelectMany(item => Enumerable.Range(0, 3).Select(text => set.TextHandle("anna", item, text)))];
        Assert.Equal(60, handles.Distinct().Count());
        Assert.NotEqual(set.Handle(0), new ItemSet(ReviewTask.Rating, set.Items, 7, [4]).Handle(0));
    }

    [Fact]
    public void An_annotation_finds_its_item_and_a_pair_is_not_its_question()
    {
        var pairs = new ItemSet(ReviewTask.Pairwise, [Pair("a", "b"), Pair("a", "c")], 7, Secret);
        var line = new Annotation("q", "anna", "pairwise", First: "a", Second: "c", Verdict: "tie");
        Assert.Equal(1, pairs.Find(line));
        Assert.Null(pairs.Find(line with { Second = "d" }));
        Assert.Null(pairs.Find(line with { Task = "rating" }));
        Assert.Equal(1, pairs.Find(pairs.Handle(1)));

        static ReviewItem Pair(string first, string second) => new("q", "Ask.", "", [new(first, "1"), new(second, "2")]);
    }

    static ItemSet Set(ReviewTask task, int items) => new(
        task, [.. Enumerable.Range(0, items).Select(static i => new ReviewItem($"q{i}", $"Ask {i}.", "", [.. new[] { "a", "b", "c" }.Select(static model => new ReviewText(model, model))]))], seed: 7, Secret);
}
