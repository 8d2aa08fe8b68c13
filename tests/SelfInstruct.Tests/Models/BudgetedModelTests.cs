using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class BudgetedModelTests
{
    static readonly CompletionRequest Request = new("one two", new Sampling(0, 1, 0, 0, 1, [], 0));

    [Fact]
    public async Task No_call_is_made_once_the_money_is_spent()
    {
        var calls = 0;
        var inner = new ScriptedModel(_ =>
        {
            calls++;
            return "three";
        });
        var model = new BudgetedModel(inner, new Budget(1, new Prices(Prompt: 250_000, Completion: 0)), spent: 0);
        await model.CompleteAsync(Request, CancellationToken.None);
        await model.CompleteAsync(Request, CancellationToken.None);
        var error = await Assert.ThrowsAsync<BudgetSpentException>(async () => await model.CompleteAsync(Request, CancellationToken.None));
        Assert.Contains("--max-cost", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task What_an_earlier_part_of_the_run_spent_counts()
    {
        var model = new BudgetedModel(new ScriptedModel(static _ => ""), new Budget(1, new Prices(0, 0)), spent: 1);
        await Assert.ThrowsAsync<BudgetSpentException>(async () => await model.CompleteAsync(Request, CancellationToken.None));
    }
}
