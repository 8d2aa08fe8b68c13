using SelfInstruct.Cli;

namespace SelfInstruct.Tests;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("\u001B[2J\u0007\u0085", "\uFFFD[2J\uFFFD\uFFFD")]
    [InlineData("a\u202Eb\u2066c\u200F", "a\uFFFDb\uFFFDc\uFFFD")]
    [InlineData("größer 中文 👍", "größer 中文 👍")]
    public void What_a_terminal_would_obey_is_made_visible(string text, string harmless) => Assert.Equal(harmless, TerminalText.Harmless(text));

    [Theory]
    [InlineData("two\nlines", 20, "two⏎lines")]
    [InlineData("longer text", 6, "longer…")]
    [InlineData("👍👍", 3, "👍…")]
    public void An_excerpt_is_one_line_and_cuts_no_character(string text, int most, string line) => Assert.Equal(line, TerminalText.Line(text, most));
}
