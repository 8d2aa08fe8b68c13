using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfInstruct.Answers;

/// <summary>What users of generated data complain about, each as a question on a text. In doubt the answer is no.</summary>
public static partial class AnswerFaults
{
    const int LongText = 40;
    const int LongLine = 12;
    const int MinLetters = 12;
    const int MaxPeriod = 12;
    const int Repeats = 4;

    /// <summary>Every match of <see cref="Refusal"/> holds one; quick to look for.</summary>
    static readonly SearchValues<string> SignsOfRefusal = SearchValues.Create(
        ["can't", "can’t", "cant", "cannot", "can not", "could not", "won't", "won’t", "will not", "not able", "unable", "decline"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Every match of <see cref="OfItself"/> holds one; quick to look for.</summary>
    static readonly SearchValues<string> SignsOfItself = SearchValues.Create(
        [" AI", "artificial intelligence", "language model", "knowledge cut", "my training data"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Nothing, or a word that stands for nothing.</summary>
    public static bool IsEmpty(string text) => string.IsNullOrWhiteSpace(text) || Placeholder().IsMatch(text.Trim());

    /// <summary>Begins by declining; an excuse for something else ("I'm sorry, I can't come") is none.</summary>
    public static bool IsRefusal(string text) => text.AsSpan().ContainsAny(SignsOfRefusal) && Refusal().IsMatch(text.TrimStart());

    /// <summary>The model speaks of itself.</summary>
    public static bool MentionsAI(string text) => text.AsSpan().ContainsAny(SignsOfItself) && OfItself().IsMatch(text);

    /// <summary>One line four times and half of the text, or a phrase of up to twelve words four times in a row.</summary>
    public static bool IsRepeated(string text) => HasRepeatedLine(text) || HasLoop(text);

    /// <summary>Ends where no sentence can: with a comma, an article or "and".</summary>
    public static bool EndsInMidSentence(string text)
    {
        // The longest of the words and what is before it.
        const int looked = 12;
        var end = text.AsSpan().TrimEnd();
        return OpenEnd().IsMatch(end[Math.Max(0, end.Length - looked)..]);
    }

    /// <summary>A long text whose last line is long prose without an end. Lists, tables, code and hashtags end as they like.</summary>
    public static bool IsCutOff(string text)
    {
        var trimmed = text.TrimEnd();
        var last = trimmed[(trimmed.LastIndexOf('\n') + 1)..];
        return trimmed.Length > 0 && (char.IsLower(trimmed[^1]) || trimmed[^1] == ',')
            && CountWords(trimmed) >= LongText && CountWords(last) >= LongLine && !NoProse().IsMatch(last);
    }

    /// <summary>Most letters are of another script than those of the seed tasks.</summary>
    public static bool IsInOtherScript(string text, string? expected) =>
        expected is not null && !(expected == "Latin" && Ascii.IsValid(text)) && Script.FindDominating(text, MinLetters) is { } script && script != expected;

    /// <summary>The text asks for another language, or to translate: other scripts are wanted.</summary>
    public static bool NamesLanguage(string text) => Language().IsMatch(text);

    /// <summary>Code and formulas are Latin in every language.</summary>
    public static bool LooksLikeCode(string text) => Code().IsMatch(text);

    /// <summary>Runs of letters and digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // A command over a file ends before the runtime would optimise it.
    public static int CountWords(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var words = new WordEnumerator(text); words.MoveNext();)
        {
            count++;
        }

        return count;
    }

    static bool HasRepeatedLine(string text)
    {
        if (text.AsSpan().Count('\n') < Repeats - 1)
        {
            return false;
        }

        var lines = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).ToList();
        return lines.CountBy(static line => line)
            .Any(pair => pair.Value >= Repeats && pair.Value * 2 >= lines.Count && CountWords(pair.Key) >= 3 && pair.Key.Any(char.IsLetter));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool HasLoop(string text)
    {
        var words = ArrayPool<(int Start, int Length)>.Shared.Rent((text.Length / 2) + 1);
        try
        {
            var count = 0;
            for (var word = new WordEnumerator(text); word.MoveNext();)
            {
                words[count++] = (word.Start, word.Length);
            }

            return HasLoop(text, words.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<(int Start, int Length)>.Shared.Return(words);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool HasLoop(string text, ReadOnlySpan<(int Start, int Length)> words)
    {
        for (var period = 1; period <= MaxPeriod; period++)
        {
            // Short phrases are repeated on purpose: "knock, knock, knock, knock".
            var needed = Math.Max((Repeats - 1) * period, (2 * Repeats) - 1);
            var (equal, hasLetters) = (0, false);
            for (var i = period; i < words.Length; i++)
            {
                if (!IsSame(text, words[i], words[i - period]))
                {
                    (equal, hasLetters) = (0, false);
                    continue;
                }

                hasLetters = hasLetters || HasLetter(text.AsSpan(words[i].Start, words[i].Length));
                if (++equal >= needed && hasLetters)
                {
                    return true;
                }
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsSame(string text, (int Start, int Length) a, (int Start, int Length) b) =>
        a.Length == b.Length && text.AsSpan(a.Start, a.Length).Equals(text.AsSpan(b.Start, b.Length), StringComparison.OrdinalIgnoreCase);

    static bool HasLetter(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs of letters and digits, as places in a text; allocates nothing.</summary>
    public ref struct WordEnumerator(ReadOnlySpan<char> text)
    {
        readonly ReadOnlySpan<char> _text = text;

        public int Start { get; private set; }

        public int Length { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            var start = Start + Length;
            while (start < _text.Length && !IsPart(_text[start]))
            {
                start++;
            }

            var end = start;
            while (end < _text.Length && IsPart(_text[end]))
            {
                end++;
            }

            (Start, Length) = (start, end - start);
            return Length > 0;
        }

        static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || (c > '\u007F' && (char.IsLetter(c) || char.IsNumber(c)));
    }

    [GeneratedRegex(@"^(?:\.{3}|…|<?no ?(?:output|instruction)>?|[<\[](?:output|instruction|task|answer|input)[>\]]|N/A\.?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"^[""'“]?(?:(?:I['’]m|I am)(?: very| so| really)? sorry|sorry|I apologi[sz]e|unfortunately|my apologies)?[,.;:]?\s*(?:but\s+)?(?:as an? [^,.]{2,40},\s*)?I(?:['’]m| am)?\s+(?:can['’]?t|can ?not|could not|won['’]t|will not|(?:not able|unable) to|must decline to|have to decline to)(?:\s+(?:help|assist|provide|fulfil|comply|complete|generate|create|answer|access|browse|discuss|support|engage|continue with|respond|satisfy|process|do (?:that|this))\w*\b|[.!]?$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Refusal();

    [GeneratedRegex(
        @"\bas an? (?:(?:AI|artificial intelligence)(?: (?:language model|model|assistant|chatbot|system))?|(?:large )?language model)(?:,|\s+I\b)|\bas an AI language model\b|\bI(?:['’]m| am) (?:just |only )?an? (?:(?:AI|artificial intelligence)(?: language)? (?:model|assistant|chatbot)|AI\b(?=[,.])|(?:large )?language model)|\bmy (?:knowledge cut-?off|training data)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OfItself();

    [GeneratedRegex(@"(?:,|\b(?:the|an|and|because))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"^\s*(?:[-*•|#>+]|\d+[.)]|//)|[{}<>=;|]|\S:\s|#\w+\s*$")]
    private static partial Regex NoProse();

    [GeneratedRegex(
        @"\b(?:translat\w*|transliterat\w*|languages?|alphabets?|scripts?|symbols?|letters?|emojis?|English|Latin|Arabic|Armenian|Bengali|Bulgarian|Chinese|Georgian|Greek|Gujarati|Hebrew|Hindi|Japanese|Kanji|Kannada|Khmer|Korean|Lao|Malayalam|Mandarin|Marathi|Mongolian|Nepali|Persian|Farsi|Punjabi|Russian|Serbian|Sinhala|Tamil|Telugu|Thai|Tibetan|Ukrainian|Urdu)\b|翻译|翻譯|翻訳|英文|英语|英語|перевед|англий|переклад|번역|영어|अनुवाद|अंग्रेज़ी|ترجم|الإنجليزية|תרגם|אנגלית",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"[{}<>=;_\\]|://|\w\(")]
    private static partial Regex Code();
}
