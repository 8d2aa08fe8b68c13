using SelfInstruct.Classification;

namespace SelfInstruct.Tests.Classification;

public sealed class ClassificationReadingTests
{
    [Theory]
    [InlineData(" Yes", true, true)]
    [InlineData("\u001CYES\n", true, true)]
    [InlineData("yEs", true, null)]
    [InlineData(" Yes.", true, null)]
    [InlineData("Yes, the", true, null)]
    [InlineData(" No, the", false, false)]
    [InlineData("Maybe", null, null)]
    public void Three_spellings_are_a_yes_to_the_published_code_and_more_to_ours(string answer, bool? paper, bool? released)
    {
        // Only the published code takes an information separator for white space.
        Assert.Equal(answer[0] == '\u001C' ? null : paper, ClassificationReading.Paper.Parse(answer));
        Assert.Equal(released, ClassificationReading.Released.Parse(answer));
    }

    [Theory]
    [InlineData("**Yes**", true)]
    [InlineData("Answer: yes.", true)]
    [InlineData("{\"classification\": true}", true)]
    [InlineData("No, it asks for free text, not yes or no.", false)]
    [InlineData("```\nno\n```", false)]
    [InlineData("I note nothing of the kind", null)]
    public void A_chat_model_s_first_yes_or_no_counts(string answer, bool? verdict) => Assert.Equal(verdict, ClassificationReading.Modern.Parse(answer));
}
