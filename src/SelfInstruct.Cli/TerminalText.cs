namespace SelfInstruct.Cli;

/// <summary>What a model wrote, as a terminal may be given it.</summary>
static class TerminalText
{
    /// <summary>Control characters, and those that turn the direction of writing, are made visible: a terminal must not obey them.</summary>
    public static string Harmless(string text) =>
        string.Concat(text.Select(static c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' ? '\uFFFD' : c));

    /// <summary>On one line, and no longer than so many characters.</summary>
    public static string Line(string text, int most)
    {
        var line = Harmless(text).ReplaceLineEndings("⏎").Replace('\n', '⏎').Replace('\t', ' ').Trim();
        var cut = line.Length <= most ? line.Length : char.IsHighSurrogate(line[most - 1]) ? most - 1 : most;
        return cut == line.Length ? line : line[..cut] + "…";
    }
}
