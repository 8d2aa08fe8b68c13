using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SelfInstruct.Evaluation;

/// <summary>
/// Porter's suffix stripping (Program 14.3, 1980) with the departures that NLTK makes by default and that ROUGE
/// scores of the field therefore rest on: irregular words, short words left alone, "ies" and "ied" after one letter,
/// "y" only after a consonant, "alli" stripped again, "bli", "fulli" and "logi".
/// </summary>
public static class PorterStemmer
{
    /// <summary>A suffix and what takes its place where the part before it is long enough.</summary>
    /// <param name="Kept">Letters of the suffix that count as part of what is before it.</param>
    readonly record struct Rule(string Suffix, string Replacement, int Kept = 0);

    static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>
    {
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["innings"] = "inning",
        ["outings"] = "outing",
        ["cannings"] = "canning",
        ["sky"] = "sky",
        ["news"] = "news",
        ["inning"] = "inning",
        ["outing"] = "outing",
        ["canning"] = "canning",
        ["howe"] = "howe",
        ["proceed"] = "proceed",
        ["exceed"] = "exceed",
        ["succeed"] = "succeed",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // In each list the first suffix that fits decides, also when the word is too short for it.
    static readonly ImmutableArray<Rule> DoubleSuffixes =
    [
        new("ational", "ate"), new("tional", "tion"), new("enci", "ence"), new("anci", "ance"), new("izer", "ize"), new("bli", "ble"), new("alli", "al"),
        new("entli", "ent"), new("eli", "e"), new("ousli", "ous"), new("ization", "ize"), new("ation", "ate"), new("ator", "ate"), new("alism", "al"),
        new("iveness", "ive"), new("fulness", "ful"), new("ousness", "ous"), new("aliti", "al"), new("iviti", "ive"), new("biliti", "ble"), new("fulli", "ful"),
        new("logi", "log", Kept: 1),
    ];

    static readonly ImmutableArray<Rule> FullAndNess =
        [new("icate", "ic"), new("ative", ""), new("alize", "al"), new("iciti", "ic"), new("ical", "ic"), new("ful", ""), new("ness", "")];

    static readonly ImmutableArray<Rule> LastSuffixes =
    [
        new("al", ""), new("ance", ""), new("ence", ""), new("er", ""), new("ic", ""), new("able", ""), new("ible", ""), new("ant", ""), new("ement", ""),
        new("ment", ""), new("ent", ""), new("sion", "s", Kept: 1), new("tion", "t", Kept: 1), new("ou", ""), new("ism", ""), new("ate", ""), new("iti", ""),
        new("ous", ""), new("ive", ""), new("ize", ""),
    ];

    static readonly ImmutableArray<Rule> DoubleL = [new("ll", "l", Kept: 1)];

    /// <param name="word">Lower case, a-z and 0-9.</param>
    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out var stem))
        {
            return stem;
        }

        if (word.Length <= 2)
        {
            return word;
        }

        stem = StripDoubleSuffix(ReplaceY(StripPast(StripPlural(word))));
        stem = Apply(LastSuffixes, Apply(FullAndNess, stem, above: 0), above: 1);
        return Apply(DoubleL, StripE(stem), above: 1);
    }

    static string StripPlural(string word) => word switch
    {
        [_, 'i', 'e', 's'] => word[..^1],
        [.., 's', 's', 'e', 's'] or [.., 'i', 'e', 's'] => word[..^2],
        [.., 's', 's'] => word,
        [.., 's'] => word[..^1],
        _ => word,
    };

    static string StripPast(string word)
    {
        var stem = word switch
        {
            [.., 'e', 'd'] => word[..^2],
            [.., 'i', 'n', 'g'] => word[..^3],
            _ => null,
        };
        return word switch
        {
            [_, 'i', 'e', 'd'] => word[..^1],
            [.., 'i', 'e', 'd'] => word[..^2],
            [.., 'e', 'e', 'd'] => CountSequences(word.AsSpan(..^3)) > 0 ? word[..^1] : word,
            _ => stem is not null && HasVowel(stem) ? Restore(stem) : word,
        };
    }

    /// <summary>What "-ed" and "-ing" had changed: conflat(e), trip(p).</summary>
    static string Restore(string stem) => stem switch
    {
        [.., 'a', 't'] or [.., 'b', 'l'] or [.., 'i', 'z'] => stem + "e",
        [.., var a, var b] when a == b && IsConsonant(stem, stem.Length - 1) => b is 'l' or 's' or 'z' ? stem : stem[..^1],
        _ => CountSequences(stem) == 1 && EndsShort(stem) ? stem + "e" : stem,
    };

    static string ReplaceY(string word) =>
        word is [_, _, .., 'y'] && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    static string StripDoubleSuffix(string word)
    {
        var stripped = Apply(DoubleSuffixes, word, above: 0);

        // "-ally" often hides a second suffix: rationally, rational, ration.
        return word.EndsWith("alli", StringComparison.Ordinal) && stripped != word ? StripDoubleSuffix(stripped) : stripped;
    }

    static string StripE(string word)
    {
        if (word is not [.., 'e'])
        {
            return word;
        }

        var stem = word[..^1];
        var sequences = CountSequences(stem);
        return sequences > 1 || (sequences == 1 && !EndsShort(stem)) ? stem : word;
    }

    static string Apply(ImmutableArray<Rule> rules, string word, int above)
    {
        foreach (var rule in rules)
        {
            if (word.EndsWith(rule.Suffix, StringComparison.Ordinal))
            {
                var before = word.Length - rule.Suffix.Length;
                return CountSequences(word.AsSpan(0, before + rule.Kept)) > above ? string.Concat(word.AsSpan(0, before), rule.Replacement) : word;
            }
        }

        return word;
    }

    /// <summary>Porter's m: how often a run of vowels is followed by a run of consonants.</summary>
    static int CountSequences(ReadOnlySpan<char> stem)
    {
        var (count, afterVowel) = (0, false);
        for (var i = 0; i < stem.Length; i++)
        {
            var isVowel = IsVowel(stem[i], follows: i > 0, afterVowel);
            count += afterVowel && !isVowel ? 1 : 0;
            afterVowel = isVowel;
        }

        return count;
    }

    static bool HasVowel(ReadOnlySpan<char> stem)
    {
        for (var i = 0; i < stem.Length; i++)
        {
            if (!IsConsonant(stem, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Consonant, vowel, consonant other than w, x and y; or just vowel and consonant.</summary>
    static bool EndsShort(ReadOnlySpan<char> stem)
    {
        var last = stem.Length - 1;
        return stem.Length switch
        {
            < 2 => false,
            2 => !IsConsonant(stem, 0) && IsConsonant(stem, 1),
            _ => IsConsonant(stem, last - 2) && !IsConsonant(stem, last - 1) && IsConsonant(stem, last) && stem[last] is not ('w' or 'x' or 'y'),
        };
    }

    static bool IsConsonant(ReadOnlySpan<char> stem, int index)
    {
        var afterVowel = false;
        for (var i = 0; i <= index; i++)
        {
            afterVowel = IsVowel(stem[i], follows: i > 0, afterVowel);
        }

        return !afterVowel;
    }

    /// <summary>y is a vowel after a consonant.</summary>
    static bool IsVowel(char letter, bool follows, bool afterVowel) =>
        letter is 'a' or 'e' or 'i' or 'o' or 'u' || (letter is 'y' && follows && !afterVowel);
}
