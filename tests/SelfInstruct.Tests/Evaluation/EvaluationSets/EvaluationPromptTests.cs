using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Evaluation.EvaluationSets;

public sealed class EvaluationPromptTests
{
    static readonly EvaluationItem Item = new(
        "i", "t", "c", "Name the colour of this.", string.Join(' ', Enumerable.Range(0, 30).Select(static i => $"word{i}")), ["r"], [new Instance("one", "1"), new Instance("two", "2"), new Instance("three", "3")]);

    [Fact]
    public void What_fits_is_left_whole()
    {
        var prompt = Fit(1000, examples: 2);
        Assert.Equal(PromptEncoding.TkInstruct.Render(Item.Instruction, Item.Examples[..2], Item.Input), prompt.Text);
        Assert.Equal((2, 0, 0, 0, 100), (prompt.Examples, prompt.Dropped, prompt.CutInput, prompt.CutInstruction, prompt.MaxTokens));
    }

    [Fact]
    public void A_task_has_no_more_examples_than_it_has() => Assert.Equal((3, 0), (Fit(1000, examples: 9).Examples, Fit(1000, examples: 9).Dropped));

    [Fact]
    public void The_last_examples_go_first()
    {
        var prompt = Fit(84, examples: 3);
        Assert.Equal(PromptEncoding.TkInstruct.Render(Item.Instruction, Item.Examples[..prompt.Examples], Item.Input), prompt.Text);
        Assert.InRange(prompt.Examples, 1, 2);
        Assert.Equal(3, prompt.Examples + prompt.Dropped);
    }

    [Fact]
    public void Then_the_end_of_the_input_is_cut_visibly_and_as_little_as_possible()
    {
        var prompt = Fit(48, examples: 2);
        Assert.Equal((0, 2, 0), (prompt.Examples, prompt.Dropped, prompt.CutInstruction));
        var kept = Item.Input[..^prompt.CutInput];
        Assert.Equal(PromptEncoding.TkInstruct.Render(Item.Instruction, [], kept + EvaluationPrompt.CutMark), prompt.Text);
        Assert.InRange(Words(prompt.Text), 35, 36);
    }

    [Fact]
    public void Only_then_the_instruction()
    {
        var prompt = Fit(20, examples: 0, maxTokens: 5);
        Assert.Equal(Item.Input.Length, prompt.CutInput);
        Assert.True(prompt.CutInstruction > 0);
        Assert.True(Words(prompt.Text) <= 15);
    }

    [Fact]
    public void Where_nothing_fits_it_says_so() => Assert.Contains("no part of it fits", Assert.Throws<InvalidDataException>(static () => Fit(9, 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_cut_never_parts_a_surrogate_pair()
    {
        var item = Item with { Input = string.Concat(Enumerable.Repeat("👍", 50)) };
        for (var limit = 70; limit < 140; limit += 3)
        {
            var prompt = EvaluationPrompt.Fit(item, PromptEncoding.Plain, 0, new CharacterModel(limit), 8);
            Assert.InRange(prompt.CutInput, 1, 99);
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(prompt.Text)));
        }
    }

    [Fact]
    public void The_estimate_is_the_sum_of_the_prompts_and_of_the_longest_answers()
    {
        var prompts = ModelEvaluation.Fit([Item, Item], new EvaluationOptions(PromptEncoding.Plain, MaxTokens: 100), Model(1000));
        var words = Words(prompts[0].Text);
        Assert.Equal(new EvaluationEstimate(2, 2 * words, 200, ((2 * words * 3) + (200 * 15.0)) / 1e6), EvaluationEstimate.Of(prompts, Model(1000), new Prices(3, 15)));
        Assert.Null(EvaluationEstimate.Of(prompts, Model(1000), null).MaxCost);
    }

    static EvaluationPrompt Fit(int context, int examples, int maxTokens = 100) => EvaluationPrompt.Fit(Item, PromptEncoding.TkInstruct, examples, Model(context), maxTokens);

    static ScriptedModel Model(int context) => new(static _ => "") { ContextLength = context };

    static int Words(string text) => Model(1).CountTokens(text);

    /// <summary>A token is a UTF-16 unit.</summary>
    sealed class CharacterModel(int context) : ILanguageModel
    {
        public string Id => "characters";

        public int ContextLength => context;

        public bool IsChat => false;

        public int MaxConcurrency => 1;

        public int CountTokens(string text) => text.Length;

        public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
