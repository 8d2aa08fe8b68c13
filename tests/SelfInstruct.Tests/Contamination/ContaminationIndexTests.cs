using SelfInstruct.Contamination;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Contamination;

public sealed class ContaminationIndexTests
{
    static readonly EvaluationText[] Texts =
    [
        new("set", "1", "input", "The quick brown fox jumps over the lazy dog near the old river bank today."),
        new("set", "2", "instruction", "Answer the following question."),
        new("set", "3", "instruction", "Translate the given sentence into the French language."),
        new("set", "4", "output", "Yes."),
    ];

    [Fact]
    public void Thirteen_words_in_a_row_are_found_wherever_they_stand_and_however_they_are_written()
    {
        var hit = Index().FindSequence("Once, THE QUICK brown fox -- jumps over the lazy dog, near the old river! And so on.");
        Assert.Equal(("sequence", "1", "the quick brown fox jumps over the lazy dog near the old river"), (hit!.Rule, hit.Evaluation.Id, hit.Shared));
    }

    [Fact]
    public void Twelve_words_are_not_enough() => Assert.Null(Index().FindSequence("Once the quick brown fox jumps over the lazy dog near the old house stood there."));

    [Fact]
    public void The_number_of_words_can_be_set() =>
        Assert.NotNull(new ContaminationIndex(Texts, new ContaminationOptions(Words: 12)).FindSequence("Once the quick brown fox jumps over the lazy dog near the old house stood there."));

    [Fact]
    public void A_short_text_must_be_equal_as_a_whole_and_in_the_same_field()
    {
        Assert.Equal(("equal", "2"), (Index().FindEqual("answer the FOLLOWING question", "instruction")!.Rule, Index().FindEqual("answer the FOLLOWING question", "instruction")!.Evaluation.Id));
        Assert.Null(Index().FindEqual("Answer the following question.", "input"));
        Assert.Null(Index().FindEqual("Answer the following question now.", "instruction"));
        Assert.Null(Index().FindEqual("", "instruction"));
        Assert.Null(Index().FindSequence("Answer the following question."));
    }

    [Fact]
    public void A_near_instruction_is_found_by_rouge_l()
    {
        var hit = Index().FindInstruction("Translate the sentence into the French language.");
        Assert.Equal(("3", 2 * (7 / 7.0) * (7 / 8.0) / ((7 / 7.0) + (7 / 8.0))), (hit!.Evaluation.Id, hit.Score!.Value));
        Assert.Null(Index().FindInstruction("Compose a poem."));
    }

    [Fact]
    public void Random_texts_are_judged_as_a_search_through_all_strings_does()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            EvaluationText[] texts = [.. Enumerable.Range(0, 5).Select(i => new EvaluationText("s", $"{i}", "input", Words(random)))];
            var text = Words(random);
            var index = new ContaminationIndex(texts, new ContaminationOptions(Words: 4));
            Assert.Equal(Twin(texts, text), (index.FindSequence(text) ?? index.FindEqual(text, "input")) is not null);
        }
    }

    // Training outputs below say "yes" as well.
    [Fact]
    public void The_report_counts_rows_rules_and_items_and_passes_over_equal_outputs()
    {
        List<ContaminatedRow> found = [];
        TrainingRow[] rows =
        [
            new("f(1)", "Answer the following question.", "", "yes"), new("f(2)", "Write a poem.", "About a river", "Water"),
            new("f(3)", "Summarize it.", Texts[0].Text, "A fox jumps."),
        ];
        var summary = ContaminationReport.Measure(rows, Index(), found.Add);
        Assert.Equal((3, 2), (summary.Rows, summary.Contaminated));
        Assert.Equal([("equal", 1), ("rouge_l", 1), ("sequence", 1)], summary.ByRule.Select(static pair => (pair.Key, pair.Value)));
        Assert.Equal([("set", 2)], summary.BySet.Select(static pair => (pair.Key, pair.Value)));
        Assert.Equal(["f(1)", "f(1)", "f(3)"], found.Select(static row => row.Row));
        Assert.Equal(rows.Average(row => Texts.Where(static text => text.Field == "instruction").Max(text => FMeasure(row.Instruction, text.Text))), summary.MeanNearest!.Value, 12);
    }

    static ContaminationIndex Index() => new(Texts, new ContaminationOptions());

    static double FMeasure(string a, string b) => new SelfInstruct.Evaluation.RougeLScorer(stemmer: false).Score(a, b).FMeasure;

    static string Words(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 12)).Select(_ => "abc"[random.Next(3)]));

    static bool Twin(EvaluationText[] texts, string text)
    {
        var words = WordSplitter.Modern.Split(text);
        return words.Count < 4
            ? texts.Any(other => WordSplitter.Modern.Split(other.Text).SequenceEqual(words))
            : texts.Any(other => Enumerable.Range(0, words.Count - 3).Any(start => $" {other.Text} ".Contains($" {string.Join(' ', words.Skip(start).Take(4))} ", StringComparison.Ordinal)));
    }
}
