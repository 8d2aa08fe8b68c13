using System.Globalization;
using System.Text;

namespace SelfInstruct.Novelty;

/// <summary>Word_Break of Unicode Standard Annex 29, with <see cref="Alone"/> for the scripts that write no spaces.</summary>
enum WordBreak
{
    Other,
    Letter,
    Numeric,

    /// <summary>ExtendNumLet: an underscore and its like.</summary>
    Connector,
    MidLetter,
    MidNumber,

    /// <summary>MidNumLet and Single_Quote.</summary>
    MidBoth,

    /// <summary>Marks: they belong to what is before them.</summary>
    Extend,

    /// <summary>Invisible: soft hyphens, joiners, directions. Left out of words.</summary>
    Format,

    /// <summary>A word of its own.</summary>
    Alone,
}

static class WordBreaks
{
    /// <summary>First and last code points, ascending: Han and kana, and the scripts with Line_Break=SA.</summary>
    static readonly (int First, int Last)[] AloneRanges =
    [
        (0x0E00, 0x0EFF), // Thai, Lao
        (0x1000, 0x109F), // Myanmar
        (0x1780, 0x17FF), // Khmer
        (0x1950, 0x19DF), // Tai Le, New Tai Lue
        (0x1A20, 0x1AAF), // Tai Tham
        (0x3005, 0x3007), // Ideographic iteration, closing, zero
        (0x3021, 0x303C), // Hangzhou numerals, vertical kana repeat
        (0x3041, 0x30FF), // Hiragana, Katakana
        (0x31F0, 0x31FF), // Katakana extensions
        (0x3400, 0x4DBF), // Han, extension A
        (0x4E00, 0x9FFF), // Han
        (0xA9E0, 0xA9FF), // Myanmar
        (0xAA60, 0xAADF), // Myanmar, Tai Viet
        (0xF900, 0xFAFF), // Han, compatibility
        (0xFF66, 0xFF9F), // Katakana, half width
        (0x1AFF0, 0x1B16F), // Kana, supplement
        (0x20000, 0x3FFFF), // Han, further extensions
    ];

    public static WordBreak ClassOf(Rune rune) =>
        rune.IsAscii ? OfAscii(rune.Value) : OfNamed(rune.Value) is not WordBreak.Other and var named ? named : OfCategory(rune);

    static WordBreak OfAscii(int c) => c switch
    {
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' => WordBreak.Letter,
        >= '0' and <= '9' => WordBreak.Numeric,
        '_' => WordBreak.Connector,
        ':' => WordBreak.MidLetter,
        ',' or ';' => WordBreak.MidNumber,
        '.' or '\'' => WordBreak.MidBoth,
        _ => WordBreak.Other,
    };

    static WordBreak OfNamed(int c) => c switch
    {
        0x00B7 or 0x0387 or 0x055F or 0x05F4 or 0x2027 or 0xFE13 or 0xFE55 or 0xFF1A => WordBreak.MidLetter,
        0x037E or 0x0589 or 0x060C or 0x060D or 0x066C or 0x07F8 or 0x2044 or 0xFE10 or 0xFE14 or 0xFE50 or 0xFE54 or 0xFF0C or 0xFF1B => WordBreak.MidNumber,
        0x2018 or 0x2019 or 0x2024 or 0xFE52 or 0xFF07 or 0xFF0E => WordBreak.MidBoth,
        0x202F => WordBreak.Connector,
        _ => WordBreak.Other,
    };

    static WordBreak OfCategory(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber =>
            IsAlone(rune.Value) ? WordBreak.Alone : WordBreak.Letter,
        UnicodeCategory.DecimalDigitNumber => WordBreak.Numeric,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => WordBreak.Extend,
        // A zero-width space separates, though it is a format character.
        UnicodeCategory.Format => rune.Value == 0x200B ? WordBreak.Other : WordBreak.Format,
        UnicodeCategory.ConnectorPunctuation => WordBreak.Connector,
        _ => WordBreak.Other,
    };

    static bool IsAlone(int c)
    {
        foreach (var (first, last) in AloneRanges)
        {
            if (c <= last)
            {
                return c >= first;
            }
        }

        return false;
    }
}
