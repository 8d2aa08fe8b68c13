namespace SelfInstruct.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void One_equals_one() => Assert.Equal(1, int.Parse("1"));
}
