using System.Globalization;
using System.Text;

namespace SelfInstruct.Reports;

/// <summary>Plain text inside HTML, SVG and Markdown.</summary>
public static class MarkupText
{
    /// <summary>For elements and quoted attributes, HTML and XML alike. What XML cannot hold becomes U+FFFD, and so does what turns the order of letters around.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\r' => escaped.Append("&#13;"),
                _ => escaped.Append(CanStand(rune) ? rune : Rune.ReplacementChar),
            };
        }

        return escaped.ToString();
    }

    /// <summary>For a line or a table's cell of Markdown: nothing in it is markup, and it stays one line.</summary>
    public static string EscapeMarkdown(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in Escape(text).ReplaceLineEndings(" "))
        {
            escaped.Append(c is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' ? "\\" : "").Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>At most so many text elements; what is cut off is shown as an ellipsis.</summary>
    public static string Shorten(string text, int most)
    {
        var elements = new StringInfo(text);
        return elements.LengthInTextElements <= most ? text : elements.SubstringByTextElements(0, most - 1).TrimEnd() + "…";
    }

    static bool CanStand(Rune rune) => rune.Value switch
    {
        '\t' or '\n' => true,
        < 0x20 or 0x7F or 0xFFFE or 0xFFFF => false,
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => false,
        _ => true,
    };
}
