using System.Text.RegularExpressions;

namespace SelfInstruct.Evaluation.Judging;

/// <summary>Texts of unknown origin in a prompt: each between tags that it cannot close.</summary>
public static partial class TaggedTexts
{
    /// <param name="texts">Tags are instruction, input, output, reference or response.</param>
    public static string Show(IEnumerable<(string Tag, string Text)> texts) =>
        string.Join('\n', texts.Select(static text => $"<{text.Tag}>\n{ClosingTag().Replace(text.Text, "<\\/")}\n</{text.Tag}>"));

    // A text that closes its own tag would speak in our name.
    [GeneratedRegex(@"</(?=(instruction|input|output|reference|response))", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex ClosingTag();
}
