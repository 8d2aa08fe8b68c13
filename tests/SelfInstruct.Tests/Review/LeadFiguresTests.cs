using System.Collections.Immutable;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Review;
using SelfInstruct.Reviews;

namespace SelfInstruct.Tests.Review;

public sealed class LeadFiguresTests
{
    [Fact]
    public void Agreement_on_grades_is_that_of_the_librarys_table()
    {
        var random = new Random(11);
        Annotation[] lines = [.. from rater in new[] { "anna", "bob", "carl" } from id in Enumerable.Range(0, 30) where random.Next(5) > 0 select new Annotation($"q{id}", rater, "rating", "m", "ABCD"[random.Next(4)].ToString())];
        var (agreement, alpha) = LeadFigures.MeasureAgreement(ReviewTask.Rating, lines);
        var table = new RatingTable(lines.Select(static line => new RatingLine(line.Id, line.Model!, line.Rater, line.Rating!)));
        var expected = table.Agreements().ToList();
        Assert.Equal(
            expected.Select(static one => (one.First, one.Second, one.N, one.Kappa, one.LinearKappa, one.QuadraticKappa, one.Spearman)),
            agreement.Where(static one => one.Scale == "grade").Select(static one => (one.First, one.Second, one.N, one.Kappa, one.LinearKappa, one.QuadraticKappa, one.Spearman)));
        Assert.Equal(expected.Select(static one => one.BinaryKappa), agreement.Where(static one => one.Scale == "A or B").Select(static one => one.Kappa));
        Assert.Equal(table.Alpha(), alpha.Single(static one => one.Scale == "grade").Alpha);
    }

    [Fact]
    public void Agreement_on_questions_counts_each_apart_and_not_who_settles()
    {
        Annotation Row(string rater, string id, bool valid, bool output) => new(id, rater, "quality", ValidTask: valid, InputAppropriate: true, OutputCorrect: output);
        Annotation[] lines = [Row("anna", "1", true, true), Row("bob", "1", true, false), Row("anna", "2", false, false), Row("bob", "2", false, false), Row("adjudicated:lead", "1", true, true)];
        var (agreement, _) = LeadFigures.MeasureAgreement(ReviewTask.Quality, lines);
        Assert.Equal(["valid task", "input appropriate", "output correct", "all fields valid"], agreement.Select(static one => one.Scale));
        Assert.Equal((1.0, 1.0), (agreement[0].Equal, agreement[0].Kappa));

        // All said yes: nothing is left that chance would not agree on.
        Assert.Null(agreement[1].Kappa);
        Assert.Equal((0.5, 0.0), (agreement[2].Equal, agreement[2].Kappa));
    }

    [Fact]
    public void A_win_rate_is_the_mean_over_questions_a_tie_being_half()
    {
        Annotation Line(string id, string rater, string verdict) => new(id, rater, "pairwise", First: "a", Second: "b", Verdict: verdict);
        var pair = Assert.Single(LeadFigures.CountPairs([Line("1", "anna", "first"), Line("1", "bob", "tie"), Line("2", "anna", "second"), Line("3", "anna", "first")], seed: 1));
        Assert.Equal(("a", "b", 3, 2, 1, 1), (pair.First, pair.Second, pair.Questions, pair.Wins, pair.Ties, pair.Losses));
        Assert.Equal((0.75 + 0 + 1) / 3, pair.WinRate, 12);
        Assert.InRange(pair.WinRate, pair.Low, pair.High);
        Assert.True(pair is { Low: >= 0, High: <= 1 });
    }

    [Fact]
    public void Grades_are_counted_by_rater_and_model()
    {
        Annotation Line(string id, string rating) => new(id, "anna", "rating", "m", rating);
        Assert.Equal([2, 0, 1, 1], Assert.Single(LeadFigures.CountGrades([Line("1", "A"), Line("2", "A"), Line("3", "C"), Line("4", "D"), new Annotation("5", "anna", "rating", Skipped: "hard")])).Counts);
    }

    [Fact]
    public void An_item_is_in_dispute_while_raters_differ_and_nobody_has_settled_it()
    {
        var set = new ItemSet(ReviewTask.Rating, [.. Enumerable.Range(0, 4).Select(static i => new ReviewItem($"q{i}", "", "", [new("m", ""), new("n", "")]))], 1, [1]);
        Annotation Line(int id, string rater, string model, string rating) => new($"q{id}", rater, "rating", model, rating);
        ImmutableArray<Annotation> lines =
        [
            Line(0, "anna", "m", "A"), Line(0, "bob", "m", "B"),
            Line(1, "anna", "m", "A"), Line(1, "anna", "n", "B"), Line(1, "bob", "m", "A"),
            Line(2, "anna", "n", "A"), Line(2, "bob", "n", "D"), Line(2, "adjudicated:lead", "n", "B"),
            Line(3, "anna", "m", "A"),
        ];
        var disagreements = Disagreements.Of(set, lines);
        Assert.Equal([0], disagreements.Open);
        Assert.Equal([2], disagreements.Settled);
    }

    [Fact]
    public void A_cell_of_the_export_is_one_cell_and_no_formula()
    {
        var line = new Annotation("q,1", "anna", "rating", "m", "A", Comment: "=HYPERLINK(\"x\")\nnext", Seconds: 1.5, Key: "key-1");
        var csv = AnnotationExport.ToCsv([line]);
        Assert.Equal("task,id,model,rater,rating,valid_task,input_appropriate,output_correct,first,second,verdict,shown_first,skipped,comment,seconds,at,version,key\r\n"
            + "rating,\"q,1\",m,anna,A,,,,,,,,,\"'=HYPERLINK(\"\"x\"\")\nnext\",1.5,,,key-1\r\n", csv);
    }
}
