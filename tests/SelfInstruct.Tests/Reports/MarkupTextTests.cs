using SelfInstruct.Reports;

namespace SelfInstruct.Tests.Reports;

public sealed class MarkupTextTests
{
    [Theory]
    [InlineData("a < b & \"c\" 'd'", "a &lt; b &amp; &quot;c&quot; &#39;d&#39;")]
    [InlineData("tab\tline\n", "tab\tline\n")]
    [InlineData("\u0000\u001B\u202Ex", "\uFFFD\uFFFD\uFFFDx")]
    [InlineData("größer 中文 👍", "größer 中文 👍")]
    public void Text_is_escaped_for_html_and_xml(string text, string escaped) => Assert.Equal(escaped, MarkupText.Escape(text));

    // Not InlineData: an attribute cannot hold half a surrogate pair.
    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb", MarkupText.Escape("a\uD83Db"));

    [Theory]
    [InlineData("a|b", "a\\|b")]
    [InlineData("*x* [y](z) `c`", "\\*x\\* \\[y\\](z) \\`c\\`")]
    [InlineData("two\nlines", "two lines")]
    public void Markdown_is_escaped_and_stays_a_line(string text, string escaped) => Assert.Equal(escaped, MarkupText.EscapeMarkdown(text));

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer text", 7, "longer…")]
    [InlineData("👍👍👍👍", 3, "👍👍…")]
    public void A_shortened_text_shows_that_it_is(string text, int most, string shortened) => Assert.Equal(shortened, MarkupText.Shorten(text, most));
}
