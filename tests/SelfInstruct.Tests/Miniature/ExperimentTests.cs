using System.Collections.Immutable;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Miniature;
using SelfInstruct.Miniature.Experiment;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Miniature;

public sealed class ExperimentTests
{
    static readonly ImmutableArray<Question> Questions = Question.Draw(1, 3);

    [Fact]
    public void Every_family_is_in_one_set()
    {
        var sets = FamilySets.Seeds.Concat(FamilySets.Evaluation).Concat(FamilySets.Strict).ToList();
        Assert.Equal(World.Families.Length, sets.Count);
        Assert.Equal(World.Families.Length, sets.Distinct().Count());
        Assert.Empty(FamilySets.Pretraining.Intersect(FamilySets.Strict));
    }

    [Fact]
    public void The_layout_of_the_questions_is_in_no_text_of_the_pretraining()
    {
        // "…\n\nInput: x\nOutput:" and, without input, "…\nOutput:" behind a line that is an instruction alone.
        foreach (var document in Corpus.Generate(1, 3_000_000))
        {
            Assert.DoesNotContain("\n\nInput:", document.Text, StringComparison.Ordinal);
            var lines = document.Text.Split('\n');
            foreach (var (before, line) in lines.Zip(lines.Skip(1)).Where(static pair => pair.Second.StartsWith("Output:", StringComparison.Ordinal)))
            {
                Assert.True(before.StartsWith("Input:", StringComparison.Ordinal) || before.StartsWith("Task:", StringComparison.Ordinal), $"{before}\n{line}");
            }
        }

        Assert.All(Questions, question => Assert.Equal(PromptEncoding.Plain.Render(question.Instruction, [], question.Input), question.Prompt));
    }

    [Fact]
    public void Questions_are_right_and_not_of_the_text()
    {
        Assert.InRange(Questions.Length, (World.Families.Length * 3) - 20, World.Families.Length * 3);
        Assert.All(Questions, question => Assert.True(question.Family.IsRight(question.Slots, question.Input, question.Reference), question.Prompt));
        Assert.All(Questions, question => Assert.True(
            question.Set == Question.Strict || HoldOut.IsHeldOut(question.Instruction) || !question.Family.NeedsInput || question.Family.IsMemorised || HoldOut.IsHeldOut(question.Family, question.Slots, question.Input),
            question.Prompt));
        Assert.Equal(Questions.Select(static question => question.Prompt), Question.Draw(1, 3).Select(static question => question.Prompt));
        Assert.NotEqual(Questions.Select(static question => question.Prompt), Question.Draw(2, 3).Select(static question => question.Prompt));
    }

    [Fact]
    public void Seeds_prompts_and_gold_data_are_of_the_seed_families_alone()
    {
        var tasks = StarterSeeds.Create(1);
        Assert.All(tasks, task => Assert.Contains(World.Recognise(task.Instruction)!.Family, FamilySets.Seeds));
        var rows = new ExperimentData(tasks, [], Questions).Rows(1, ExperimentOptions.Quick with { Sizes = [] }).ToDictionary(static row => row.Name);
        Assert.Equal(175, rows[ExperimentRow.Gold].Data.Length);
        var generated = Generated(200);
        rows = new ExperimentData(tasks, generated, Questions).Rows(1, ExperimentOptions.Quick with { Sizes = [] }).ToDictionary(static row => row.Name);
        var gold = rows[ExperimentRow.Gold].Data[175..];
        Assert.Equal(generated.Length, gold.Length);
        Assert.All(gold, row => Assert.Contains(World.Recognise(row.Instruction)!.Family, FamilySets.Seeds));
        Assert.All(gold, static row => Assert.False(HoldOut.IsHeldOut(row.Instruction)));
        Assert.All(rows[ExperimentRow.WithoutEvaluation].Data, row => Assert.Contains(World.Recognise(row.Instruction)!.Family, FamilySets.Seeds));
    }

    [Fact]
    public void A_generated_row_that_equals_a_question_is_left_out_and_counted()
    {
        var question = Questions.First(static question => question.Input.Length > 0);
        GeneratedInstance asked = new(question.Instruction.ToUpperInvariant(), question.Input, "x", "i", "t", IsClassification: false);
        var data = new ExperimentData([], [asked, .. Generated(5)], Questions);
        Assert.Equal(1, data.Asked);
        Assert.Equal(5, data.Generated.Length);
    }

    [Fact]
    public void Relabelling_keeps_what_is_right_mends_what_is_wrong_and_leaves_what_the_world_does_not_know()
    {
        var random = new Random(1);
        var family = World.Families.Single(static family => family.Name == "item-at");
        var said = family.Phrase(random);
        var example = family.Example(random, said.Slots);
        ImmutableArray<GeneratedInstance> generated =
        [
            Row(said.Text, example.Input, example.Output),
            Row(said.Text, example.Input, "nothing of the kind"),
            Row("Sing a song of the sea for me.", "x", "la la"),
        ];
        var relabelled = new ExperimentData([], generated, []).Rows(1, ExperimentOptions.Quick with { Sizes = [] }).Single(static row => row.Name == ExperimentRow.Relabelled).Data;
        Assert.Equal([example.Output, example.Output, "la la"], relabelled.Select(static row => row.Output));
    }

    [Fact]
    public void A_size_is_counted_in_instructions_and_keeps_all_their_instances()
    {
        ImmutableArray<GeneratedInstance> generated = [Row("One", "a", "1"), Row("Two", "b", "2"), Row("One", "c", "3"), Row("Three", "d", "4")];
        var row = new ExperimentData([], generated, []).Rows(1, ExperimentOptions.Quick with { Sizes = [2] }).Single(static row => row.Name == ExperimentRow.SelfInstruct + "-2");
        Assert.Equal(["a", "b", "c"], row.Data.Select(static example => example.Input));
    }

    [Fact]
    public void A_strictly_right_answer_is_whole_and_ended_by_the_model()
    {
        var question = Questions.First(static question => question.Family.Name == "count-letters" || question.Family.Name == "letter-at-end");
        var scorer = new RougeLScorer(stemmer: true);
        Assert.Equal((true, true), Of(" " + question.Reference, ended: true));
        Assert.Equal((false, true), Of(" " + question.Reference, ended: false));
        Assert.Equal((false, true), Of($" {question.Reference}\nExample 2", ended: true));
        Assert.Equal((false, false), Of(" no idea", ended: true));

        (bool, bool) Of(string text, bool ended)
        {
            var answer = RowAnswer.Judge(question, text, ended, scorer);
            return (answer.IsRight, answer.FirstLineRight);
        }
    }

    [Fact]
    public void Means_are_of_families_so_that_none_counts_more_for_having_more_questions()
    {
        RowAnswer[] answers = [Answered("a", true), Answered("a", true), Answered("a", true), Answered("b", false)];
        var scores = SetScores.Of(answers);
        Assert.Equal(50, scores.IsRight.Mean);
        Assert.Equal([100, 0], scores.IsRight.ByFamily);

        // Within each family all answers are alike, so questions drawn anew change nothing.
        Assert.Equal((50, 50), (scores.IsRight.Interval.Low, scores.IsRight.Interval.High));
        Assert.False(scores.IsClearlyAbove(scores));
        Assert.Equal((0, 0), (scores.IsRight.Minus(scores.IsRight).Interval.Low, scores.IsRight.Minus(scores.IsRight).Interval.High));

        var mixed = Measured.Of([Answered("a", true), Answered("a", false), Answered("b", true), Answered("b", false)], static answer => answer.IsRight ? 1 : 0);
        Assert.Equal((0, 100), (mixed.Interval.Low, mixed.Interval.High));
        var (difference, families) = mixed.Minus(scores.IsRight);
        Assert.Equal((0, -50, 50), (difference, families.Low, families.High));

        static RowAnswer Answered(string family, bool isRight) => new(Question.Other, family, "", "", "", "", "", true, isRight ? 1 : 0, isRight, isRight, isRight);
    }

    [Fact]
    public void Validity_counts_tasks_inputs_and_outputs_of_the_world()
    {
        var random = new Random(2);
        var family = World.Families.Single(static family => family.Name == "reverse-list");
        var said = family.Phrase(random);
        var example = family.Example(random, said.Slots);
        var validity = Validity.Of(
        [
            new(said.Text, example.Input, example.Output), new(said.Text, example.Input, "wrong"), new(said.Text, "no list", "wrong"), new("Do what you like.", "", "yes"),
        ]);
        Assert.Equal(new Validity(4, 3, 2, 1), validity);
        Assert.Equal(75, validity.Percent(validity.TaskValid));
    }

    static ImmutableArray<GeneratedInstance> Generated(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var family = FamilySets.Pretraining[i % FamilySets.Pretraining.Length];
            var said = family.Phrase(random);
            var example = family.Example(random, said.Slots);
            return Row(said.Text, example.Input, example.Output + (i % 3 == 0 ? " x" : ""));
        })];
    }

    static GeneratedInstance Row(string instruction, string input, string output) => new(instruction, input, output, "i", "t", IsClassification: false);
}
