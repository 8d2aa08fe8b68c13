using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SelfInstruct.Answers;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>
/// Tells scripts apart, and by their commonest words seven languages in Latin letters. It does not know a language
/// from another in the same script beyond those seven, nor a text of less than twenty words; a task that speaks of
/// languages may answer in any.
/// </summary>
public static partial class LanguageRule
{
    const int MinLetters = 12;
    const int MinWords = 20;

    /// <summary>Every fourth word of a text is one of these in its own language, or it is not decided.</summary>
    const int WordsPerCommonOne = 4;

    static readonly FrozenDictionary<string, FrozenSet<string>> CommonWords = new Dictionary<string, string>
    {
        ["en"] = "the of and to in is that it for was with as are this be by from or have not which you your can their has an on at they we will",
        ["de"] = "der die das und ist nicht ein eine mit den von zu auf für sich dem des im auch wird sind als oder aus bei nach ich sie wie einen einer es",
        ["fr"] = "le la les des et est une un du dans que qui pour pas sur avec sont au ce cette par plus vous nous il elle ne ou mais être aux de en",
        ["es"] = "el la los las de que y en un una es por con para del se no su al como más pero sus este esta son lo o también muy",
        ["it"] = "il la di che e un una è per non con del della sono le i gli nel si da come più anche al dei questo alla lo",
        ["pt"] = "o a os as de que e um uma é para com não do da em no na se por mais dos das ao como são seu sua também",
        ["nl"] = "de het een en van is dat niet met op voor te zijn die in aan er maar om ook als bij naar wordt dit of uit heeft",
    }.ToFrozenDictionary(static pair => pair.Key, static pair => pair.Value.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase));

    static readonly FrozenDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["Latin"] = "en de fr es it pt nl sv da nb no fi pl cs sk hu ro tr vi id ms sw ca hr sl et lv lt",
        ["Cyrillic"] = "ru uk bg sr mk be kk",
        ["Greek"] = "el",
        ["Han"] = "zh ja",
        ["Hangul"] = "ko",
        ["Arabic"] = "ar fa ur",
        ["Hebrew"] = "he",
        ["Devanagari"] = "hi mr ne",
        ["Bengali"] = "bn",
        ["Tamil"] = "ta",
        ["Telugu"] = "te",
        ["Thai"] = "th",
        ["Georgian"] = "ka",
        ["Armenian"] = "hy",
    }.SelectMany(static pair => pair.Value.Split(' ').Select(code => KeyValuePair.Create(code, pair.Key))).ToFrozenDictionary();

    /// <summary>Codes of ISO 639-1 that a row can be held against, by script at least.</summary>
    public static ImmutableArray<string> Languages { get; } = [.. Scripts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>One of the seven by its commonest words; null: too short, or not clear.</summary>
    public static string? FindLanguage(string text)
    {
        var (best, counts) = CommonWords.Select(pair => (pair.Key, Counts: Count(text, pair.Value))).MaxBy(static pair => pair.Counts.Common);
        return counts.Words >= MinWords && counts.Common * WordsPerCommonOne >= counts.Words ? best : null;
    }

    internal static QualityFault? Find(TrainingExample row, QualityContext context)
    {
        // Most rows: Latin letters, and no language asked for.
        if (context.Language is null && IsLatin(row.Output) && IsLatin(row.Instruction))
        {
            return null;
        }

        var script = context.Language is { } code ? Scripts.GetValueOrDefault(code) : Script.FindDominating(row.Instruction, MinLetters);
        var fault = FindIn("output", row.Output, script, context.Language)
            ?? (context.Language is null ? null : FindIn("instruction", row.Instruction, script, context.Language));
        return fault is null || IsWanted(row, context) ? null : fault;
    }

    static QualityFault? FindIn(string field, string text, string? script, string? language) =>
        (AnswerFaults.IsInOtherScript(text, script) ? $"not in {script} letters"
            : language is not null && IsInOtherLanguage(text, language) ? $"not in the language {language}"
            : null) is { } reason && !AnswerFaults.LooksLikeCode(text) ? QualityFault.Whole(field, text, reason) : null;

    /// <summary>The task speaks of languages; or nothing was asked for, and the output follows its input.</summary>
    static bool IsWanted(TrainingExample row, QualityContext context) =>
        SpeaksOfLanguages(row.Instruction) || SpeaksOfLanguages(row.Input)
        || (context.Language is null && Script.FindDominating(row.Input, MinLetters) is { } script && script == Script.FindDominating(row.Output, MinLetters));

    /// <summary>Another of the seven is found, and has twice as many of its common words in the text as the language asked for.</summary>
    static bool IsInOtherLanguage(string text, string language) =>
        CommonWords.TryGetValue(language, out var common)
        && Count(text, common) is var (own, words) && own * WordsPerCommonOne < words
        && FindLanguage(text) is { } found && found != language && Count(text, CommonWords[found]).Common >= 2 * own;

    static bool IsLatin(string text) => !text.AsSpan().ContainsAnyExceptInRange('\0', '\u024F');

    static bool SpeaksOfLanguages(string text) => AnswerFaults.NamesLanguage(text) || Named().IsMatch(text);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // As AnswerFaults.CountWords.
    static (int Common, int Words) Count(string text, FrozenSet<string> common)
    {
        var (known, found, words) = (common.GetAlternateLookup<ReadOnlySpan<char>>(), 0, 0);
        for (var word = new AnswerFaults.WordEnumerator(text); word.MoveNext(); words++)
        {
            found += known.Contains(text.AsSpan(word.Start, word.Length)) ? 1 : 0;
        }

        return (found, words);
    }

    [GeneratedRegex(@"\b(?:Spanish|French|German|Italian|Portuguese|Dutch|Swedish|Danish|Norwegian|Finnish|Polish|Czech|Hungarian|Romanian|Turkish|Vietnamese|Indonesian|Swahili|Catalan|bilingual|foreign|deutsch\w*|übersetz\w*|tradu\w*|español|français|italiano|vertaal\w*)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
