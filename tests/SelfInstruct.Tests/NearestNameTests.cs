namespace SelfInstruct.Tests;

public sealed class NearestNameTests
{
    static readonly string[] Known = ["seed", "seed_tasks", "instructions.temperature", "instructions.top_p"];

    [Theory]
    [InlineData("sead", "seed")]
    [InlineData("seed_task", "seed_tasks")]
    [InlineData("instruction.temperature", "instructions.temperature")]
    [InlineData("temprature", "instructions.temperature")]
    [InlineData("top-p", "instructions.top_p")]
    public void A_slip_is_corrected(string name, string meant) => Assert.Equal($"Did you mean {meant}? ", NearestName.Suggest(name, Known));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("x")]
    public void Nothing_near_is_not_guessed(string name) => Assert.Equal("", NearestName.Suggest(name, Known));
}
