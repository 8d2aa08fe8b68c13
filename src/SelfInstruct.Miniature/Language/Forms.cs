using System.Collections.Frozen;
using static SelfInstruct.Miniature.Language.Facts;

namespace SelfInstruct.Miniature.Language;

/// <summary>The forms of a word: <c>{animal:plural}</c> is <c>cows</c>. Irregular words are in tables, the rest follow the rule.</summary>
internal static class Forms
{
    static readonly FrozenDictionary<string, Func<string, string>> ByName = new Dictionary<string, Func<string, string>>
    {
        [""] = word => word,
        ["a"] = WithArticle,
        ["plural"] = Plural,
        ["s"] = ThirdPerson,
        ["past"] = Past,
        ["ing"] = Continuous,
        ["er"] = word => Compare(word, "er"),
        ["est"] = word => Compare(word, "est"),
        ["eaten"] = word => Uncountable.Contains(word) || word is "cake" or "pizza" ? word : Plural(word),
        ["up"] = word => word.ToUpperInvariant(),
        ["cap"] = Capitalise,
        ["spelled"] = word => string.Join(' ', word.AsEnumerable()),
        ["first"] = word => word[..1],
        ["last"] = word => word[^1..],
        ["length"] = word => word.Length.ToString(),
    }.ToFrozenDictionary();

    public static string Apply(string form, string word) => form.Length == 0 ? word : ByName[form](word);

    /// <exception cref="FormatException">There is no such form.</exception>
    public static void Check(string form)
    {
        if (!ByName.ContainsKey(form))
        {
            throw new FormatException($"Form ':{form}' is unknown; known are {string.Join(", ", ByName.Keys.Order())}.");
        }
    }

    public static string WithArticle(string word) =>
        (Uncountable.Contains(word) ? "some " : word[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + word;

    public static string Plural(string noun) =>
        IrregularPlurals.GetValueOrDefault(noun)
        ?? (EndsLikeBox(noun) || noun is "potato" or "tomato" ? noun + "es" : EndsLikeCity(noun) ? noun[..^1] + "ies" : noun + "s");

    public static string ThirdPerson(string verb) =>
        EndsLikeBox(verb) || verb is "go" or "do" ? verb + "es" : EndsLikeCity(verb) ? verb[..^1] + "ies" : verb + "s";

    public static string Past(string verb) =>
        IrregularPasts.GetValueOrDefault(verb)
        ?? (verb.EndsWith('e') ? verb + "d" : EndsLikeCity(verb) ? verb[..^1] + "ied" : verb + "ed");

    public static string Continuous(string verb) =>
        Doubling.Contains(verb) ? $"{verb}{verb[^1]}ing"
        : verb.EndsWith('e') && !verb.EndsWith("ee", StringComparison.Ordinal) ? verb[..^1] + "ing" : verb + "ing";

    public static string Capitalise(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    static string Compare(string adjective, string ending) =>
        Doubling.Contains(adjective) ? $"{adjective}{adjective[^1]}{ending}"
        : adjective.EndsWith('e') ? adjective + ending[1..]
        : EndsLikeCity(adjective) ? adjective[..^1] + "i" + ending : adjective + ending;

    static bool EndsLikeBox(string word) =>
        word[^1] is 's' or 'x' || word.EndsWith("sh", StringComparison.Ordinal) || word.EndsWith("ch", StringComparison.Ordinal);

    static bool EndsLikeCity(string word) => word[^1] == 'y' && word[^2] is not ('a' or 'e' or 'o' or 'u');
}
