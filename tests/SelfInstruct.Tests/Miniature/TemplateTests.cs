using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Tests.Miniature;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("{name} {verb:s} the (big |small |){item}.")]
    [InlineData("{word}, {word2}, {word3}")]
    [InlineData("Take {item:a} (from (the {place}|{name})|away), {name2}.")]
    [InlineData("What is @word?")]
    public void What_a_template_says_it_recognises(string pattern)
    {
        var (template, random) = (Template.Parse(pattern), new Random(1));
        for (var i = 0; i < 200; i++)
        {
            var said = template.Say(random, Slots.None);
            Assert.Equal(said.Slots.ToString(), template.Match(said.Text, Slots.None)?.ToString());
            Assert.Null(template.Match(said.Text + "!", Slots.None));
            Assert.NotNull(template.Match(said.Text.ToUpperInvariant(), Slots.None, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void A_slot_keeps_its_word()
    {
        var slots = Slots.None.With("name", "Tom");
        var template = Template.Parse("{name} helps {name2}.");
        Assert.StartsWith("Tom helps ", template.Say(new Random(1), slots).Text, StringComparison.Ordinal);
        Assert.Equal("Ann", template.Match("Tom helps Ann.", slots)?["name2"]);
        Assert.Null(template.Match("Ben helps Ann.", slots));
        Assert.Null(template.Match("Tom helps Tom.", slots));
    }

    [Fact]
    public void Slots_of_a_kind_get_different_words()
    {
        var template = Template.Parse("{season} {season2} {season3} {season4}");
        Assert.All(Enumerable.Range(0, 50), seed =>
            Assert.Equal(4, template.Say(new Random(seed), Slots.None).Text.Split(' ').Distinct().Count()));
    }

    [Fact]
    public void The_open_slot_takes_any_word_and_takes_it_again() =>
        Assert.Equal("zebu", Template.Parse("{word}, {word2}").Match("zebu, zebu", Slots.None)?["word2"]);

    [Theory]
    [InlineData("(a|b")]
    [InlineData("a)")]
    [InlineData("a|b")]
    [InlineData("{name")]
    [InlineData("{nobody}")]
    [InlineData("{name:sideways}")]
    public void A_broken_template_is_refused_and_shown(string pattern) =>
        Assert.Contains("'", Assert.Throws<FormatException>(() => Template.Parse(pattern)).Message, StringComparison.Ordinal);
}
