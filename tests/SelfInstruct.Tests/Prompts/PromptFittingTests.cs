using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Prompts;

public sealed class PromptFittingTests
{
    static readonly ImmutableArray<string> Demonstrations = [.. Enumerable.Range(0, 10).Select(static n => $"{n} b c d e")];

    [Fact]
    public void A_prompt_that_fits_is_left_alone()
    {
        var fitted = Fit(contextLength: 1000, maxTokens: 100);
        Assert.Equal((0, 100), (fitted.Dropped, fitted.MaxTokens));
    }

    [Fact]
    public void Demonstrations_are_dropped_whole_until_the_answer_has_room()
    {
        var fitted = Fit(contextLength: 40, maxTokens: 10);
        Assert.Equal(4, fitted.Dropped);
        Assert.All(fitted.Text.Split("  ", StringSplitOptions.RemoveEmptyEntries), static block => Assert.Contains(block, Demonstrations));
    }

    [Fact]
    public void A_long_answer_is_shortened_before_more_than_a_quarter_of_the_context_is_kept_free()
    {
        var fitted = Fit(contextLength: 64, maxTokens: 1024);
        Assert.Equal(64 - fitted.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, fitted.MaxTokens);
        Assert.True(fitted.MaxTokens >= 16);
    }

    [Fact]
    public void A_prompt_too_long_without_any_demonstration_is_an_error_that_says_the_lengths()
    {
        var error = Assert.Throws<PromptTooLongException>(() =>
            PromptFitting.Fit(ImmutableArray<string>.Empty, static _ => "one two three", Model(3), 3, new CounterRandom(1, "", 0, 0)));
        Assert.Contains("3 tokens of context", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_built_in_prompts_have_the_paper_s_counts()
    {
        var classification = PromptTemplate.Load("classification", null);
        Assert.Equal(12, classification.Demonstrations.Count(static block => block.EndsWith(" Yes", StringComparison.Ordinal)));
        Assert.Equal(19, classification.Demonstrations.Count(static block => block.EndsWith(" No", StringComparison.Ordinal)));
        Assert.Equal(11, PromptTemplate.Load("input-first", null).Demonstrations.Length);
        Assert.Equal(16, PromptTemplate.Load("output-first", null).Demonstrations.Length);
    }

    static FittedPrompt Fit(int contextLength, int maxTokens) =>
        PromptFitting.Fit(Demonstrations, static kept => string.Join("  ", kept), Model(contextLength), maxTokens, new CounterRandom(1, "", 0, 0));

    static ScriptedModel Model(int contextLength) => new(static _ => "") { ContextLength = contextLength };
}
