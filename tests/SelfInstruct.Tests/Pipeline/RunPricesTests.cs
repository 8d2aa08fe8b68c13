using SelfInstruct.Models;

namespace SelfInstruct.Tests.Pipeline;

public sealed class RunPricesTests
{
    [Fact]
    public void A_price_that_is_given_leaves_the_other_as_published() =>
        Assert.Equal(new Prices(9, 0.60), RunPrices.Find(new SelfInstructOptions { Model = "openai:gpt-4o-mini", PromptPrice = 9 }));

    [Fact]
    public void One_price_of_two_is_none_where_nothing_is_published() =>
        Assert.Null(RunPrices.Find(new SelfInstructOptions { Model = "openai:unheard-of", PromptPrice = 9 }));

    [Theory]
    [InlineData("starter")]
    [InlineData("local:model.gguf")]
    [InlineData("replay:x.jsonl")]
    [InlineData("ollama:m")]
    public void A_model_that_runs_here_is_free(string model) => Assert.Equal(Prices.Free, RunPrices.Find(new SelfInstructOptions { Model = model }));
}
