using System.Text;
using SelfInstruct.Instructions;
using SelfInstruct.Python;

namespace SelfInstruct.Tests.Python;

/// <summary>The expected values are CPython 3.11.7's.</summary>
public sealed class PythonTextTests
{
    [Theory]
    [InlineData("NASA names İZMİR", "Nasa names i\u0307zmi\u0307r", "nasa names i\u0307zmi\u0307r")]
    [InlineData("ßeta-carotene is ORANGE", "Sseta-carotene is orange", "ßeta-carotene is orange")]
    [InlineData("ﬁnd THE ΟΔΟΣ", "Find the οδος", "ﬁnd the οδος")]
    [InlineData("ǆ AND Ǆ", "ǅ and ǆ", "ǆ and ǆ")]
    [InlineData("ıstanbul", "Istanbul", "ıstanbul")]
    [InlineData("ſong", "Song", "ſong")]
    [InlineData("ŉ A", "ʼN a", "ŉ a")]
    [InlineData("ΑΣ’Δ ΣΣ. Σ", "Ασ’δ σς. σ", "ασ’δ σς. σ")]
    [InlineData("ა Ⴀ", "ა ⴀ", "ა ⴀ")]
    [InlineData("ᾳ Ὀ", "ᾼ ὀ", "ᾳ ὀ")]
    [InlineData("", "", "")]
    public void Case_is_mapped_in_full(string text, string capitalized, string lower) =>
        Assert.Equal((capitalized, lower), (PythonCasing.Capitalize(text), PythonCasing.Lower(text)));

    [Theory]
    [InlineData("map", "Fold the map.", true)]
    [InlineData("map", "the map² here", false)]
    [InlineData("map", "map\u0301 here", true)]
    [InlineData("map", "maps_map", false)]
    [InlineData("file", "a fıle or two", true)]
    [InlineData("file", "a FİLE", true)]
    [InlineData("images", "imageſ of it", true)]
    [InlineData("go to", "then GO  TO it", false)]
    [InlineData("go to", "then GO TO it", true)]
    [InlineData("plot", "plot\u200D", true)]
    [InlineData("plot", "plot½", false)]
    public void A_word_ends_where_pythons_words_end(string word, string text, bool found)
    {
        Assert.Equal(found, PythonText.ContainsWord(text, word));
        Assert.Equal(found, ReleasedInstructions.FindOtherModality(text).Contains(word));
    }

    [Fact]
    public void Information_separators_are_white_space_and_zero_width_characters_are_not()
    {
        Assert.Equal("\u200Bwoven basket\uFEFF", PythonText.Strip("\u001C\u200Bwoven basket\uFEFF \u001F\u3000"));
        Assert.Equal("a b", PythonText.CollapseWhiteSpace("a \u001D\u2028\tb"));
        Assert.Equal(3, PythonText.CountWords(" one\u001Etwo\u00A0three\u200B "));
    }

    [Theory]
    [InlineData('_', true)]
    [InlineData('½', true)]
    [InlineData('Ⅻ', true)]
    [InlineData('\u0301', false)]
    [InlineData('\u200D', false)]
    [InlineData('\u1C89', false)]
    public void A_letter_or_a_number_of_unicode_14_is_of_a_word(char c, bool isWord) => Assert.Equal(isWord, PythonText.IsWord(new Rune(c)));
}
