using System.Globalization;
using System.Text;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Cuts text where the model's tokenizer does, before any merging; the pieces joined are the text again. The published patterns:
/// GPT-2 <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>;
/// Llama 3 <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>;
/// Qwen2 the same with <c>\p{N}</c>; SmolLM <c>\p{N}</c>, and GPT-2 on what lies between. On code points: a regular
/// expression of .NET sees UTF-16 units and would not know a letter beyond U+FFFF.
/// </summary>
ref struct PreTokens(ReadOnlySpan<char> text, PreTokenization rules = PreTokenization.Gpt2)
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

        var rest = _text[_start..];
        _end = _start + rules switch
        {
            PreTokenization.Gpt2 => Gpt2Length(rest),
            PreTokenization.SmolLM => SmolLMLength(rest),
            _ => Llama3Length(rest, rules is PreTokenization.Llama3 ? 3 : 1),
        };
        return true;
    }

    static int Gpt2Length(ReadOnlySpan<char> rest)
    {
        if (ContractionLength(rest) is > 0 and var contraction)
        {
            return contraction;
        }

        var lead = rest[0] == ' ' && rest.Length > 1 ? 1 : 0;
        var (kind, _) = Classify(rest[lead..]);
        return kind is Kind.Space ? SpaceLength(rest) : RunLength(rest, lead, kind);
    }

    /// <summary>To GPT-2's rules the text ends before the next digit.</summary>
    static int SmolLMLength(ReadOnlySpan<char> rest)
    {
        var (kind, length) = Classify(rest);
        if (kind is Kind.Number)
        {
            return length;
        }

        var end = 0;
        while (end < rest.Length && Classify(rest[end..]) is var (next, size) && next is not Kind.Number)
        {
            end += size;
        }

        return Gpt2Length(rest[..end]);
    }

    static int Llama3Length(ReadOnlySpan<char> rest, int digits)
    {
        if (AnyCaseContractionLength(rest) is > 0 and var contraction)
        {
            return contraction;
        }

        var (kind, length) = Classify(rest);
        if (kind is Kind.Number)
        {
            return RunLength(rest, 0, Kind.Number, digits);
        }

        // Any one character may lead a word, but for the ends of lines.
        var lead = kind is Kind.Letter || rest[0] is '\r' or '\n' ? 0 : length;
        if (lead < rest.Length && Classify(rest[lead..]).Kind is Kind.Letter)
        {
            return RunLength(rest, lead, Kind.Letter);
        }

        var space = rest[0] == ' ' ? 1 : 0;
        return space < rest.Length && Classify(rest[space..]).Kind is Kind.Other
            ? WithLineEnds(rest, RunLength(rest, space, Kind.Other))
            : SpaceOrLinesLength(rest);
    }

    static int ContractionLength(ReadOnlySpan<char> rest) => rest switch
    {
        ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
        ['\'', 'r' or 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
        _ => 0,
    };

    static int AnyCaseContractionLength(ReadOnlySpan<char> rest)
    {
        if (rest[0] != '\'')
        {
            return 0;
        }

        Span<char> lower = stackalloc char[Math.Min(3, rest.Length)];
        for (var i = 0; i < lower.Length; i++)
        {
            // ſ is the one letter beyond ASCII that differs from one of these by case alone.
            lower[i] = rest[i] == 'ſ' ? 's' : char.IsAscii(rest[i]) ? char.ToLowerInvariant(rest[i]) : rest[i];
        }

        return ContractionLength(lower);
    }

    static int RunLength(ReadOnlySpan<char> rest, int start, Kind kind, int most = int.MaxValue)
    {
        var end = start;
        while (end < rest.Length && most-- > 0 && Classify(rest[end..]) is var (next, length) && next == kind)
        {
            end += length;
        }

        return end;
    }

    static int WithLineEnds(ReadOnlySpan<char> rest, int length)
    {
        while (length < rest.Length && rest[length] is '\r' or '\n')
        {
            length++;
        }

        return length;
    }

    /// <summary>White space up to its last end of a line; without one, as in GPT-2.</summary>
    static int SpaceOrLinesLength(ReadOnlySpan<char> rest)
    {
        var last = rest[..RunLength(rest, 0, Kind.Space)].LastIndexOfAny('\r', '\n');
        return last >= 0 ? last + 1 : SpaceLength(rest);
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
