using System.Text;

namespace SelfInstruct.Novelty;

/// <summary>
/// The word boundary rules WB4 to WB13b of Unicode Standard Annex 29, from general categories and the few characters
/// that the rules name.
/// </summary>
sealed class ModernWords : WordSplitter
{
    public override string Name => "modern";

    internal override void Split(ReadOnlySpan<char> text, WordBuffer words)
    {
        var rune = default(Rune);

        // The class of the last character of the word so far, marks not counted; Other between words.
        var last = WordBreak.Other;
        for (; !text.IsEmpty; text = text[rune.Utf16SequenceLength..])
        {
            rune = RuneAt(text);
            var next = WordBreaks.ClassOf(rune);
            if (next is WordBreak.Format)
            {
                continue;
            }

            if (next is WordBreak.Extend)
            {
                AppendMark(rune, last, words);
            }
            else if (IsInside(next) && Continues(last, next))
            {
                AppendFolded(rune, words);
                last = next;
            }
            else if (IsMiddle(last, next) && Continues(last, FirstBase(text[rune.Utf16SequenceLength..]), across: next))
            {
                AppendFolded(rune, words);
            }
            else
            {
                End(words);
                last = IsInside(next) || next is WordBreak.Alone ? next : WordBreak.Other;
                if (last is not WordBreak.Other)
                {
                    AppendFolded(rune, words);
                }
            }
        }

        End(words);
    }

    /// <summary>An unpaired surrogate counts as one character, of no word.</summary>
    static Rune RuneAt(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var rune, out _) is System.Buffers.OperationStatus.Done ? rune : new Rune(' ');

    static bool IsInside(WordBreak next) => next is WordBreak.Letter or WordBreak.Numeric or WordBreak.Connector;

    /// <summary>WB5, WB8 to WB10, WB13a and WB13b: letters, digits and connectors hold together.</summary>
    static bool Continues(WordBreak last, WordBreak next) => IsInside(last) && IsInside(next);

    /// <summary>WB6, WB7, WB11 and WB12: between two letters, or two digits.</summary>
    static bool Continues(WordBreak last, WordBreak next, WordBreak across) =>
        last == next && (last is WordBreak.Letter ? across is not WordBreak.MidNumber : across is not WordBreak.MidLetter);

    static bool IsMiddle(WordBreak last, WordBreak next) =>
        last is WordBreak.Letter or WordBreak.Numeric && next is WordBreak.MidLetter or WordBreak.MidNumber or WordBreak.MidBoth;

    /// <summary>WB4: marks and format characters are passed over.</summary>
    static WordBreak FirstBase(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var rune = RuneAt(text);
            if (WordBreaks.ClassOf(rune) is not (WordBreak.Extend or WordBreak.Format) and var found)
            {
                return found;
            }

            text = text[rune.Utf16SequenceLength..];
        }

        return WordBreak.Other;
    }

    static void AppendMark(Rune rune, WordBreak last, WordBuffer words)
    {
        if (last is not WordBreak.Other)
        {
            Append(rune, words);
        }
    }

    /// <summary>Simple case folding: upper, then lower, joins what only lower-casing keeps apart (Σ, σ and ς).</summary>
    static void AppendFolded(Rune rune, WordBuffer words) => Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)), words);

    static void Append(Rune rune, WordBuffer words)
    {
        Span<char> characters = stackalloc char[2];
        foreach (var c in characters[..rune.EncodeToUtf16(characters)])
        {
            words.Append(c);
        }
    }

    /// <summary>Connectors alone are no word.</summary>
    static void End(WordBuffer words)
    {
        foreach (var c in words.Open)
        {
            if (WordBreaks.ClassOf(new Rune(char.IsSurrogate(c) ? 'a' : c)) is not (WordBreak.Connector or WordBreak.Extend))
            {
                words.EndWord();
                return;
            }
        }

        words.DropWord();
    }
}
