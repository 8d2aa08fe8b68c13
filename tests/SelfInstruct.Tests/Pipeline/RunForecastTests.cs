using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Pipeline;

public sealed class RunForecastTests
{
    static readonly SelfInstructOptions Options = new() { Instructions = new InstructionOptions { Target = 100 } };
    static readonly FirstPrompts Prompts = new(new FittedPrompt("a b c d", 200, 0), new FittedPrompt("a b", 4, 0), new FittedPrompt("a b c", 100, 0));

    [Fact]
    public void Before_the_start_stages_are_like_their_first_prompts()
    {
        var forecast = Of([], new RunProgress(0, 0, 0));
        var list = 100.0 / 3;
        Assert.Equal(list + 100 + 100, forecast.Calls, 9);
        Assert.Equal((list * 4) + (100 * 2) + (100 * 3), forecast.PromptTokens, 9);
        Assert.Equal((list * 100) + (100 * 2) + (100 * 50), forecast.CompletionTokens, 9);
    }

    [Fact]
    public void A_stage_that_has_begun_goes_on_as_it_went()
    {
        // 10 calls brought 20 instructions at 300 + 30 tokens a call: 40 more for the other 80.
        var forecast = Of([new StageUsage("instructions", 10, 3_000, 300)], new RunProgress(20, 0, 0));
        Assert.Equal(10 + 40 + 100 + 100, forecast.Calls, 9);
        Assert.Equal(3_000 + (40 * 300) + 200 + 300, forecast.PromptTokens, 9);
        Assert.Equal(300 + (40 * 30) + 200 + 5_000, forecast.CompletionTokens, 9);
    }

    [Fact]
    public void A_complete_run_is_forecast_as_what_it_used()
    {
        StageUsage[] used = [new("instructions", 30, 900, 90), new("classification", 100, 200, 20), new("instances", 100, 300, 30)];
        Assert.Equal(new RunForecast(230, 1_400, 140), Of(used, new RunProgress(100, 100, 100)));
    }

    [Fact]
    public void A_step_that_asks_no_model_costs_nothing() =>
        Assert.Equal(100.0 / 3, RunForecast.Of(Options, Prompts with { Classification = null, Instances = null }, CountWords, [], new RunProgress(0, 0, 0)).Calls, 9);

    [Fact]
    public void Its_cost_is_that_of_its_tokens() => Assert.Equal(2.5, new RunForecast(1, 1_000_000, 500_000).CostAt(new Prices(1, 3)), 9);

    static RunForecast Of(StageUsage[] used, RunProgress done) => RunForecast.Of(Options, Prompts, CountWords, [.. used], done);

    static int CountWords(string text) => text.Split(' ').Length;
}
