using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Tests.Miniature;

/// <summary>Expected forms are those of an English dictionary, written by hand.</summary>
public sealed class FormsTests
{
    [Theory]
    [InlineData("plural", "cat cats|box boxes|brush brushes|cherry cherries|key keys|potato potatoes|mouse mice|scarf scarves|toy toys|glass glasses|bus buses|peach peaches")]
    [InlineData("s", "wash washes|carry carries|buy buys|go goes|like likes|push pushes|hurry hurries|watch watches|play plays")]
    [InlineData("past", "like liked|carry carried|hurry hurried|buy bought|play played|go went|swim swam|wash washed|cry cried|stop stopped|plan planned|hide hid")]
    [InlineData("ing", "like liking|see seeing|swim swimming|run running|carry carrying|dance dancing|hide hiding|buy buying|drive driving")]
    [InlineData("er", "big bigger|large larger|happy happier|old older|thin thinner|shy shier")]
    [InlineData("est", "hot hottest|nice nicest|lazy laziest|slow slowest|thin thinnest|wet wettest")]
    [InlineData("spelled", "owl o_w_l")]
    [InlineData("a", "owl an_owl|cat a_cat|rice some_rice|egg an_egg")]
    [InlineData("eaten", "pear pears|rice rice|cherry cherries|pizza pizza|tomato tomatoes")]
    [InlineData("cap", "today Today")]
    [InlineData("up", "cow COW")]
    public void Forms_are_those_of_the_dictionary(string form, string words)
    {
        foreach (var pair in words.Split('|').Select(words => words.Split(' ')))
        {
            Assert.Equal(pair[1].Replace('_', ' '), Forms.Apply(form, pair[0]));
        }
    }

    [Fact]
    public void Words_that_double_their_last_letter_are_known()
    {
        string[] doubling = [.. Lexicon.Slot("measure").Where(word => word.Length == 3 && "aeiou".Contains(word[1], StringComparison.Ordinal) && !"aeiouwxy".Contains(word[^1], StringComparison.Ordinal))];
        Assert.Contains("big", doubling);
        Assert.All(doubling, word => Assert.Equal(word + word[^1] + "er", Forms.Apply("er", word)));
    }

    [Fact]
    public void A_word_has_one_kind_and_the_listed_words_are_all_different()
    {
        Assert.Equal(Lexicon.Nouns.Length, Lexicon.Nouns.Distinct().Count());
        Assert.Equal("animal", Lexicon.KindOf("cow"));
        Assert.Null(Lexicon.KindOf("nothing"));
    }
}
