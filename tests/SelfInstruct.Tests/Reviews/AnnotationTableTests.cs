using SelfInstruct.Reviews;

namespace SelfInstruct.Tests.Reviews;

public sealed class AnnotationTableTests
{
    static readonly Annotation Base = new("q1", "anna", "rating", "m", "B");

    [Fact]
    public void Of_several_answers_to_one_response_the_last_stands()
    {
        Assert.Equal([Base with { Model = "n" }, Base with { Rating = "D" }], Fold(Base, Base with { Model = "n" }, Base with { Rating = "D" }));
    }

    [Fact]
    public void A_skip_takes_back_what_the_rater_had_said_and_an_answer_takes_back_the_skip()
    {
        var skip = new Annotation("q1", "anna", "rating", Skipped: "hard");
        Assert.Equal([skip], Fold(Base, Base with { Model = "n" }, skip));
        Assert.Equal([Base], Fold(skip, Base));
        Assert.Equal([Base with { Rater = "bob" }, skip], Fold(Base with { Rater = "bob" }, Base, skip));
    }

    [Fact]
    public void Tasks_raters_and_pairs_are_apart()
    {
        var pair = new Annotation("q1", "anna", "pairwise", First: "a", Second: "b", Verdict: "tie");
        Annotation[] all = [Base, new("q1", "anna", "quality", ValidTask: true, InputAppropriate: true, OutputCorrect: true), pair, pair with { Second = "c" }, pair with { Rater = "bob" }];
        Assert.Equal(all, Fold(all));
    }

    [Fact]
    public void Lines_without_a_task_are_ratings_as_judges_write_them()
    {
        Assert.Equal([Base with { Rating = "A" }], Fold(Base with { Task = null }, Base with { Rating = "A" }));
    }

    [Fact]
    public void It_equals_a_slow_twin_on_random_lines()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 200; trial++)
        {
            Annotation[] lines = [.. Enumerable.Range(0, 30).Select(i => new Annotation($"q{random.Next(3)}", $"r{random.Next(2)}", "rating", Comment: $"{i}") is var line && random.Next(5) == 0
                ? line with { Skipped = "x" } : line with { Model = $"m{random.Next(2)}", Rating = "A" })];

            // A line stands if no later one is of the same response, and none later or earlier makes it void.
            var expected = lines.Where((line, i) => !lines.Skip(i + 1).Any(later => later.Id == line.Id && later.Rater == line.Rater && (later.Skipped is not null || line.Skipped is not null || later.Model == line.Model)));
            Assert.Equal(expected.Select(static line => line.Comment).Order(), Fold(lines).Select(static line => line.Comment).Order());
        }
    }

    [Fact]
    public void Shares_are_counted_by_rater_and_question()
    {
        Annotation Row(string id, bool valid, bool input, bool output) => new(id, "anna", "quality", ValidTask: valid, InputAppropriate: input, OutputCorrect: output);
        Assert.Equal(
            [new QualityShares("anna", 4, 3, 3, 2, 1), new QualityShares("bob", 1, 1, 1, 1, 1)],
            QualityShares.Of([Row("1", true, true, true), Row("2", true, false, true), Row("3", true, true, false), Row("4", false, true, false), Row("1", true, true, true) with { Rater = "bob" }, Base, new Annotation("5", "anna", "quality", Skipped: "hard")]));
    }

    static List<Annotation> Fold(params Annotation[] lines)
    {
        var table = new AnnotationTable();
        foreach (var line in lines)
        {
            table.Add(line);
        }

        return [.. table.Standing];
    }
}
