using SelfInstruct.Answers;

namespace SelfInstruct.Tests.Answers;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("Écris un poème.", "Latin")]
    [InlineData("Напиши стих", "Cyrillic")]
    [InlineData("写一首关于大海的诗", "Han")]
    [InlineData("海についての詩を書いてください", "Han")]
    [InlineData("바다에 대한 시를 써라", "Hangul")]
    [InlineData("समुद्र पर एक कविता लिखो", "Devanagari")]
    [InlineData("اكتب قصيدة عن البحر", "Arabic")]
    [InlineData("Γράψε ένα ποίημα", "Greek")]
    [InlineData("כתוב שיר על הים", "Hebrew")]
    [InlineData("𠀀𠀁", "Han")]
    [InlineData("12 + 3 = 15", null)]
    [InlineData("", null)]
    [InlineData("abc где", null)]
    public void The_script_of_two_thirds_of_the_letters_dominates(string text, string? script) => Assert.Equal(script, Script.FindDominating(text));

    [Fact]
    public void A_few_letters_decide_nothing() =>
        Assert.Equal((null, "Greek"), (Script.FindDominating("αβγ", minLetters: 4), Script.FindDominating("αβγδ", minLetters: 4)));
}
