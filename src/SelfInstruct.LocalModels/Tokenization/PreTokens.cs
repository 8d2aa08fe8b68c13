using System.Globalization;
using System.Text;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Cuts text where GPT-2 does, before any merging; the pieces joined are the text again. The published pattern is
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, on code points: a regular
/// expression of .NET sees UTF-16 units and would not know a letter beyond U+FFFF.
/// </summary>
ref struct PreTokens(ReadOnlySpan<char> text)
{
    readonly ReadOnlySpan<char> _text = text;
    int _start;
    int _end;

    public readonly PreTokens GetEnumerator() => this;

    public readonly ReadOnlySpan<char> Current => _text[_start.._end];

    public bool MoveNext()
    {
        _start = _end;
        if (_start == _text.Length)
        {
            return false;
        }

        _end = _start + LengthAt(_text[_start..]);
        return true;
    }

    static int LengthAt(ReadOnlySpan<char> rest)
    {
        if (ContractionLength(rest) is > 0 and var contraction)
        {
            return contraction;
        }

        var lead = rest[0] == ' ' && rest.Length > 1 ? 1 : 0;
        var (kind, _) = Classify(rest[lead..]);
        return kind is Kind.Space ? SpaceLength(rest) : RunLength(rest, lead, kind);
    }

    static int ContractionLength(ReadOnlySpan<char> rest) => rest switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    static int RunLength(ReadOnlySpan<char> rest, int start, Kind kind)
    {
        var end = start;
        while (end < rest.Length && Classify(rest[end..]) is var (next, length) && next == kind)
        {
            end += length;
        }

        return end;
    }

    /// <summary>All of the white space, but for its last character when a word follows: that one belongs to the word.</summary>
    static int SpaceLength(ReadOnlySpan<char> rest)
    {
        var length = RunLength(rest, 0, Kind.Space);
        return length == rest.Length || length == 1 ? length : length - 1;
    }

    static (Kind Kind, int Length) Classify(ReadOnlySpan<char> rest)
    {
        var first = rest[0];
        if (char.IsAscii(first))
        {
            return (char.IsAsciiLetter(first) ? Kind.Letter : char.IsAsciiDigit(first) ? Kind.Number : char.IsWhiteSpace(first) ? Kind.Space : Kind.Other, 1);
        }

        Rune.DecodeFromUtf16(rest, out var rune, out var length);
        return (Rune.IsWhiteSpace(rune) ? Kind.Space : KindOf(Rune.GetUnicodeCategory(rune)), length);
    }

    static Kind KindOf(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => Kind.Letter,
        >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => Kind.Number,
        _ => Kind.Other,
    };

    enum Kind
    {
        Letter,
        Number,
        Other,
        Space,
    }
}
