using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfInstruct.Python;

/// <summary>
/// Strings as Python 3.11 (Unicode 14) treats them, where .NET differs: white space, words, digits. The published
/// code is Python, and its rules hang on these.
/// </summary>
public static partial class PythonText
{
    /// <summary>Pattern of Python's \s: .NET's and the four information separators.</summary>
    public const string WhiteSpace = @"[\s\x1C-\x1F]";

    /// <summary>Pattern of Python's \d: .NET sees no digit in a surrogate pair.</summary>
    public const string Digit =
        @"(?:\d|\uD801[\uDCA0-\uDCA9]|\uD803[\uDD30-\uDD39]|\uD804[\uDC66-\uDC6F\uDCF0-\uDCF9\uDD36-\uDD3F\uDDD0-\uDDD9\uDEF0-\uDEF9]"
        + @"|\uD805[\uDC50-\uDC59\uDCD0-\uDCD9\uDE50-\uDE59\uDEC0-\uDEC9\uDF30-\uDF39]|\uD806[\uDCE0-\uDCE9\uDD50-\uDD59]"
        + @"|\uD807[\uDC50-\uDC59\uDD50-\uDD59\uDDA0-\uDDA9]|\uD81A[\uDE60-\uDE69\uDEC0-\uDEC9\uDF50-\uDF59]|\uD835[\uDFCE-\uDFFF]"
        + @"|\uD838[\uDD40-\uDD49\uDEF0-\uDEF9]|\uD83A[\uDD50-\uDD59]|\uD83E[\uDFF0-\uDFF9])";

    /// <summary>str.isspace of one character; no code point beyond the BMP is white space.</summary>
    public static bool IsWhiteSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary>\w of one code point: letters, numbers of every kind (² and ½ too) and "_"; no combining mark.</summary>
    public static bool IsWord(Rune rune) => rune.Value == '_' || (IsLetterOrNumber(Rune.GetUnicodeCategory(rune)) && !IsLaterThanUnicode14(rune.Value));

    /// <summary>str.strip().</summary>
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>re.sub(r"\s+", " ", text).</summary>
    public static string CollapseWhiteSpace(string text) => WhiteSpaces().Replace(text, " ");

    /// <summary>len(text.split()).</summary>
    public static int CountWords(string text)
    {
        var words = 0;
        for (var i = 0; i < text.Length; i++)
        {
            words += !IsWhiteSpace(text[i]) && (i == 0 || IsWhiteSpace(text[i - 1])) ? 1 : 0;
        }

        return words;
    }

    /// <summary>
    /// re.search(rf"\b{word}\b", text, re.IGNORECASE) for a lower-case ASCII word: i matches İ and ı, s matches ſ,
    /// k matches the Kelvin sign.
    /// </summary>
    public static bool ContainsWord(string text, string word)
    {
        for (var start = 0; start + word.Length <= text.Length; start++)
        {
            if (MatchesIgnoringCase(text.AsSpan(start, word.Length), word) && IsBoundaryBefore(text, start) && IsBoundaryAfter(text, start + word.Length))
            {
                return true;
            }
        }

        return false;
    }

    static bool IsBoundaryBefore(string text, int index) =>
        Rune.DecodeLastFromUtf16(text.AsSpan(0, index), out var rune, out _) != System.Buffers.OperationStatus.Done || !IsWord(rune);

    static bool IsBoundaryAfter(string text, int index) =>
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out _) != System.Buffers.OperationStatus.Done || !IsWord(rune);

    static bool MatchesIgnoringCase(ReadOnlySpan<char> text, string word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (FoldForIgnoreCase(text[i]) != word[i])
            {
                return false;
            }
        }

        return true;
    }

    static char FoldForIgnoreCase(char c) => c switch
    {
        'İ' or 'ı' => 'i',
        'ſ' => 's',
        '\u212A' => 'k',
        _ => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c,
    };

    static bool IsLetterOrNumber(UnicodeCategory category) =>
        category is <= UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    [GeneratedRegex(WhiteSpace + "+")]
    private static partial Regex WhiteSpaces();
}
