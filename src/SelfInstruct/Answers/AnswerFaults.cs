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

    /// <summary>Nothing, or a word that stands for nothing.</summary>
    public static bool IsEmpty(string text) => string.IsNullOrWhiteSpace(text) || Placeholder().IsMatch(text.Trim());

    /// <summary>Begins by declining; an excuse for something else ("I'm sorry, I can't come") is none.</summary>
    public static bool IsRefusal(string text) => Refusal().IsMatch(text.TrimStart());

    /// <summary>The model speaks of itself.</summary>
    public static bool MentionsAI(string text) => OfItself().IsMatch(text);

    /// <summary>One line four times and half of the text, or a phrase of up to twelve words four times in a row.</summary>
    public static bool IsRepeated(string text) => HasRepeatedLine(text) || HasLoop(text);

    /// <summary>Ends where no sentence can: with a comma, an article or "and".</summary>
    public static bool EndsInMidSentence(string text) => OpenEnd().IsMatch(text.TrimEnd());

    /// <summary>A long text whose last line is long prose without an end. Lists, tables and code end as they like.</summary>
    public static bool IsCutOff(string text)
    {
        var trimmed = text.TrimEnd();
        var last = trimmed[(trimmed.LastIndexOf('\n') + 1)..];
        return CountWords(trimmed) >= LongText && CountWords(last) >= LongLine
            && (char.IsLower(trimmed[^1]) || trimmed[^1] == ',') && !NoProse().IsMatch(last);
    }

    /// <summary>Most letters are of another script than those of the seed tasks.</summary>
    public static bool IsInOtherScript(string text, string? expected) =>
        expected is not null && Script.FindDominating(text, MinLetters) is { } script && script != expected;

    /// <summary>The text asks for another language, or to translate: other scripts are wanted.</summary>
    public static bool NamesLanguage(string text) => Language().IsMatch(text);

    /// <summary>Code and formulas are Latin in every language.</summary>
    public static bool LooksLikeCode(string text) => Code().IsMatch(text);

    static bool HasRepeatedLine(string text)
    {
        var lines = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).ToList();
        return lines.Where(static line => CountWords(line) >= 3 && line.Any(char.IsLetter))
            .CountBy(static line => line)
            .Any(pair => pair.Value >= Repeats && pair.Value * 2 >= lines.Count);
    }

    static bool HasLoop(string text)
    {
        var words = Word().Matches(text).Select(static match => match.Value.ToUpperInvariant()).ToArray();
        return Enumerable.Range(1, MaxPeriod).Any(period => HasLoop(words, period));
    }

    static bool HasLoop(string[] words, int period)
    {
        // Short phrases are repeated on purpose: "knock, knock, knock, knock".
        var needed = Math.Max((Repeats - 1) * period, 2 * Repeats - 1);
        var (equal, hasLetters) = (0, false);
        for (var i = period; i < words.Length; i++)
        {
            var same = words[i] == words[i - period];
            (equal, hasLetters) = same ? (equal + 1, hasLetters || words[i].Any(char.IsLetter)) : (0, false);
            if (equal >= needed && hasLetters)
            {
                return true;
            }
        }

        return false;
    }

    static int CountWords(string text) => Word().Count(text);

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

    [GeneratedRegex(@"^\s*(?:[-*•|#>+]|\d+[.)]|//)|[{}<>=;|]|\S:\s")]
    private static partial Regex NoProse();

    [GeneratedRegex(
        @"\b(?:translat\w*|transliterat\w*|languages?|alphabets?|scripts?|symbols?|letters?|emojis?|English|Latin|Arabic|Armenian|Bengali|Bulgarian|Chinese|Georgian|Greek|Gujarati|Hebrew|Hindi|Japanese|Kanji|Kannada|Khmer|Korean|Lao|Malayalam|Mandarin|Marathi|Mongolian|Nepali|Persian|Farsi|Punjabi|Russian|Serbian|Sinhala|Tamil|Telugu|Thai|Tibetan|Ukrainian|Urdu)\b|翻译|翻譯|翻訳|英文|英语|英語|перевед|англий|переклад|번역|영어|अनुवाद|अंग्रेज़ी|ترجم|الإنجليزية|תרגם|אנגלית",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"[{}<>=;_\\]|://|\w\(")]
    private static partial Regex Code();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
