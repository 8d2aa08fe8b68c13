using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SelfInstruct.Python;

/// <summary>str.capitalize and str.lower of Python 3.11: full case mappings, where .NET has one character for one.</summary>
public static class PythonCasing
{
    const char CapitalSigma = 'Σ';
    const char CapitalIWithDot = 'İ';

    /// <summary>Title case where it is not .NET's upper case (SpecialCasing.txt, and .NET's exceptions ı and ſ). Georgian letters have none.</summary>
    static readonly FrozenDictionary<char, string> TitleCase = new (char Letter, string Title)[]
    {
        ('\u00DF', "Ss"), ('\u0131', "I"), ('\u0149', "\u02BCN"), ('\u017F', "S"), ('\u019B', "\u019B"),
        ('\u01C4', "\u01C5"), ('\u01C5', "\u01C5"), ('\u01C6', "\u01C5"), ('\u01C7', "\u01C8"), ('\u01C8', "\u01C8"),
        ('\u01C9', "\u01C8"), ('\u01CA', "\u01CB"), ('\u01CB', "\u01CB"), ('\u01CC', "\u01CB"), ('\u01F0', "J\u030C"),
        ('\u01F1', "\u01F2"), ('\u01F2', "\u01F2"), ('\u01F3', "\u01F2"), ('\u0264', "\u0264"), ('\u0390', "\u0399\u0308\u0301"),
        ('\u03B0', "\u03A5\u0308\u0301"), ('\u0587', "\u0535\u0582"), ('\u1E96', "H\u0331"), ('\u1E97', "T\u0308"), ('\u1E98', "W\u030A"),
        ('\u1E99', "Y\u030A"), ('\u1E9A', "A\u02BE"), ('\u1F50', "\u03A5\u0313"), ('\u1F52', "\u03A5\u0313\u0300"), ('\u1F54', "\u03A5\u0313\u0301"),
        ('\u1F56', "\u03A5\u0313\u0342"), ('\u1FB2', "\u1FBA\u0345"), ('\u1FB4', "\u0386\u0345"), ('\u1FB6', "\u0391\u0342"), ('\u1FB7', "\u0391\u0342\u0345"),
        ('\u1FC2', "\u1FCA\u0345"), ('\u1FC4', "\u0389\u0345"), ('\u1FC6', "\u0397\u0342"), ('\u1FC7', "\u0397\u0342\u0345"), ('\u1FD2', "\u0399\u0308\u0300"),
        ('\u1FD3', "\u0399\u0308\u0301"), ('\u1FD6', "\u0399\u0342"), ('\u1FD7', "\u0399\u0308\u0342"), ('\u1FE2', "\u03A5\u0308\u0300"), ('\u1FE3', "\u03A5\u0308\u0301"),
        ('\u1FE4', "\u03A1\u0313"), ('\u1FE6', "\u03A5\u0342"), ('\u1FE7', "\u03A5\u0308\u0342"), ('\u1FF2', "\u1FFA\u0345"), ('\u1FF4', "\u038F\u0345"),
        ('\u1FF6', "\u03A9\u0342"), ('\u1FF7', "\u03A9\u0342\u0345"), ('\uFB00', "Ff"), ('\uFB01', "Fi"), ('\uFB02', "Fl"),
        ('\uFB03', "Ffi"), ('\uFB04', "Ffl"), ('\uFB05', "St"), ('\uFB06', "St"), ('\uFB13', "\u0544\u0576"),
        ('\uFB14', "\u0544\u0565"), ('\uFB15', "\u0544\u056B"), ('\uFB16', "\u054E\u0576"), ('\uFB17', "\u0544\u056D"),
    }.ToFrozenDictionary(static pair => pair.Letter, static pair => pair.Title);

    /// <summary>The first code point in title case, the rest in lower case.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        Rune.DecodeFromUtf16(text, out var first, out var length);
        return AppendLower(new StringBuilder(ToTitle(text, first, length)), text, length).ToString();
    }

    public static string Lower(string text) => AppendLower(new StringBuilder(text.Length), text, 0).ToString();

    static string ToTitle(string text, Rune first, int length) =>
        TitleCase.TryGetValue(text[0], out var title) ? title
        : first.Value is >= 0x10D0 and <= 0x10FF ? text[..length]
        : Rune.ToUpperInvariant(first).ToString();

    static StringBuilder AppendLower(StringBuilder lower, string text, int start)
    {
        for (var i = start; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            _ = rune.Value switch
            {
                CapitalSigma => lower.Append(IsFinalSigma(text, i) ? 'ς' : 'σ'),
                CapitalIWithDot => lower.Append("i\u0307"),
                _ => lower.Append(Rune.ToLowerInvariant(rune)),
            };
            i += length;
        }

        return lower;
    }

    /// <summary>After a cased letter and not before one, whatever case-ignorable characters stand between (Unicode, Final_Sigma).</summary>
    static bool IsFinalSigma(string text, int index)
    {
        var before = text.AsSpan(0, index);
        while (Rune.DecodeLastFromUtf16(before, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (!IsCaseIgnorable(rune))
            {
                return IsCased(rune) && !IsBeforeCased(text.AsSpan(index + 1));
            }

            before = before[..^length];
        }

        return false;
    }

    static bool IsBeforeCased(ReadOnlySpan<char> after)
    {
        while (Rune.DecodeFromUtf16(after, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (!IsCaseIgnorable(rune))
            {
                return IsCased(rune);
            }

            after = after[length..];
        }

        return false;
    }

    static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    static bool IsCaseIgnorable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol
        || rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A or 0x1171E;
}
