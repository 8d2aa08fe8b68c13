using System.Collections.Frozen;

namespace SelfInstruct.Analysis.VerbNouns;

[Flags]
enum VerbForm
{
    None = 0,
    Base = 1,
    ThirdPerson = 2,
    Past = 4,
    Present = 8,
}

/// <summary>The words that extraction knows, from the text files beside it. Lower case throughout.</summary>
sealed class Lexicon
{
    static readonly string[] AdjectiveEndings = ["ous", "ful", "less", "able", "ible"];

    readonly Dictionary<string, (string Lemma, VerbForm Form)> _verbs = new(StringComparer.Ordinal);
    readonly FrozenDictionary<string, FrozenSet<string>> _classes;
    readonly FrozenSet<string> _nounFirst;
    readonly FrozenSet<string> _requestFirst;
    readonly FrozenSet<string> _adjectives;
    readonly FrozenSet<string> _notAdjectives;
    readonly FrozenSet<string> _adverbs;
    readonly FrozenSet<string> _notAdverbs;
    readonly FrozenSet<string> _gerundNouns;
    readonly FrozenSet<string> _unchanged;
    readonly Dictionary<string, string> _irregular = new(StringComparer.Ordinal);

    Lexicon()
    {
        foreach (var entry in Words("verbs"))
        {
            AddVerb(entry);
        }

        _classes = Lines("function-words").Select(static line => line.Split(' ')).ToFrozenDictionary(static words => words[0], static words => words.Skip(1).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        (_nounFirst, _requestFirst) = (Set(Words("noun-first")), Set(Words("imperative-first")));
        var adjectives = Lines("adjectives").ToLookup(static line => line[0] == '!');
        (_adjectives, _notAdjectives) = (Set(adjectives[false].SelectMany(Split)), Set(adjectives[true].SelectMany(Split)));
        var adverbs = Lines("adverbs").ToLookup(static line => line[0] == '!');
        (_adverbs, _notAdverbs) = (Set(adverbs[false].SelectMany(Split)), Set(adverbs[true].SelectMany(Split)));
        var nouns = Words("nouns").ToList();
        _gerundNouns = Set(Lines("nouns").Single(static line => line.StartsWith("-ing ", StringComparison.Ordinal)).Split(' '));
        _unchanged = Set(nouns.Where(static noun => noun[0] == '=').Select(static noun => noun[1..]));
        foreach (var pair in nouns.Where(static noun => noun.Contains(':', StringComparison.Ordinal)).Select(static noun => noun.Split(':')))
        {
            _irregular[pair[0]] = pair[1];
        }
    }

    public static Lexicon English { get; } = new();

    /// <summary>Whether a closed class of function-words.txt has the word.</summary>
    public bool Is(string word, string wordClass) => _classes[wordClass].Contains(word);

    /// <returns>Null for a word that is no form of a verb known here.</returns>
    public string? VerbOf(string word, VerbForm forms) =>
        _verbs.TryGetValue(word, out var verb) && (verb.Form & forms) != VerbForm.None ? verb.Lemma : null;

    /// <summary>A verb that is more often a noun.</summary>
    public bool IsNounFirst(string word) => _nounFirst.Contains(word);

    /// <summary>Of those, one that begins a request before a bare noun, too.</summary>
    public bool IsRequestFirst(string word) => _requestFirst.Contains(word);

    public bool IsAdjective(string word) => _adjectives.Contains(word) || (word.Length > 5 && AdjectiveEndings.Any(ending => word.EndsWith(ending, StringComparison.Ordinal)) && !_notAdjectives.Contains(word));

    public bool IsAdverb(string word) => _adverbs.Contains(word) || (word.Length > 4 && word.EndsWith("ly", StringComparison.Ordinal) && !_notAdverbs.Contains(word));

    /// <summary>A word in -ing that dictionaries list as a noun.</summary>
    public bool IsGerundNoun(string word) => _gerundNouns.Contains(word) || (word.EndsWith('s') && _gerundNouns.Contains(word[..^1]));

    public string Singular(string noun)
    {
        if (_irregular.TryGetValue(noun, out var singular))
        {
            return singular;
        }

        // The last part of a hyphenated noun bears the ending.
        var hyphen = noun.LastIndexOf('-');
        if (hyphen > 0 && hyphen < noun.Length - 1)
        {
            return noun[..(hyphen + 1)] + Singular(noun[(hyphen + 1)..]);
        }

        return _unchanged.Contains(noun) || noun.Length < 4 ? noun : WithoutPlural(noun);
    }

    static string WithoutPlural(string noun) => noun switch
    {
        [.., 's', 's'] or [.., 'u', 's'] or [.., 'i', 's'] => noun,
        [.., 'i', 'e', 's'] => noun[..^3] + "y",
        [.., 'o', 'e', 's'] or [.., 's', 's', 'e', 's'] or [.., 'x', 'e', 's'] or [.., 'c', 'h', 'e', 's'] or [.., 's', 'h', 'e', 's'] or [.., 'z', 'z', 'e', 's'] => noun[..^2],
        [.., 's'] => noun[..^1],
        _ => noun,
    };

    /// <param name="entry">base or base:form,form.</param>
    void AddVerb(string entry)
    {
        var (lemma, given) = entry.Split(':') is [var b, var forms] ? (b, forms.Split(',')) : (entry, []);
        Add(lemma, lemma, VerbForm.Base);
        Add(ThirdPerson(lemma), lemma, VerbForm.ThirdPerson);
        foreach (var form in given)
        {
            Add(form, lemma, form.EndsWith("ing", StringComparison.Ordinal) && form.Length > 5 ? VerbForm.Present : form.EndsWith('s') ? VerbForm.ThirdPerson : VerbForm.Past);
        }

        var stem = lemma.EndsWith('e') && !lemma.EndsWith("ee", StringComparison.Ordinal) ? lemma[..^1] : lemma;
        Add(stem + "ing", lemma, VerbForm.Present);
        Add(lemma is [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] ? lemma[..^1] + "ied" : stem + (lemma.EndsWith("ee", StringComparison.Ordinal) ? "d" : "ed"), lemma, VerbForm.Past);
    }

    /// <summary>A form that two verbs share stays with the first; one that is base and past at once ("read") is both.</summary>
    void Add(string form, string lemma, VerbForm kind)
    {
        var known = _verbs.GetValueOrDefault(form, (lemma, VerbForm.None));
        _verbs[form] = known.Item1 == lemma || kind == VerbForm.Base ? (lemma, known.Item2 | kind) : known;
    }

    static string ThirdPerson(string lemma) => lemma switch
    {
        [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] => lemma[..^1] + "ies",
        [.., 's'] or [.., 'x'] or [.., 'z'] or [.., 'c', 'h'] or [.., 's', 'h'] or "do" or "go" => lemma + "es",
        _ => lemma + "s",
    };

    static FrozenSet<string> Set(IEnumerable<string> words) => words.ToFrozenSet(StringComparer.Ordinal);

    static IEnumerable<string> Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static IEnumerable<string> Words(string name) => Lines(name).SelectMany(Split);

    static IEnumerable<string> Lines(string name)
    {
        using var reader = new StreamReader(typeof(Lexicon).Assembly.GetManifestResourceStream($"lexicon/{name}.txt") ?? throw new InvalidOperationException($"The library was built without its lexicon {name}."));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
