using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature;

/// <summary>Text without tasks: stories with facts in them, and lines that repeat themselves.</summary>
internal static class FreeText
{
    static readonly ImmutableArray<Template> Sentences = Template.ParseLines(Families.Sentences.Plain);

    static readonly ImmutableArray<Template> Tales = Template.ParseLines("""
        {name} has {animal:a}. The {animal} is {character}. One day {name} and the {animal} went to the {place}. There they saw {item:a}. {name} took the {item} home. In the evening they were (happy|tired).
        It was {day}. {name} walked to the {place}. There {name2} stood with a {color} {item}. "Is this your {item}?" said {name2}. "Yes," said {name}. "Thank you!"
        A {character} {animal} lived in the {area}. It wanted {food:a}. It asked {animal2:a}. "Look at the {place}," said the {animal2}. The {animal} found the {food} there and was happy.
        {name} was {feeling}. {name2} came with {item:a}. They played at the {place} until the {daytime}. Then {name} was not {feeling} any more.
        """);

    /// <summary>Ways to tell a fact; the more there is to know, the more often.</summary>
    static readonly ImmutableArray<(Func<Random, string> Say, int Weight)> Facts =
    [
        (Told(Language.Facts.Missing, (gap, word) => gap.Replace("___", word, StringComparison.Ordinal)), 2),
        (Told(Language.Facts.Homes, (animal, home) => $"The home of the {animal} is the {home}."), 2),
        (Told(Language.Facts.Sounds, (animal, sound) => $"The {animal} says {sound}."), 2),
        (Told(Language.Facts.Opposites, (left, right) => $"The opposite of {left} is {right}."), 3),
        (Told(Language.Facts.Synonyms, (left, right) => $"The word {left} means {right}."), 2),
        (Told(Language.Facts.Babies, (animal, baby) => $"A young {animal} is called {Forms.WithArticle(baby)}."), 2),
        (Told(Language.Facts.Workplaces, (job, place) => $"The {job} works at the {place}."), 1),
        (Told(Language.Facts.Diets, (animal, food) => $"The {animal} eats {food}."), 1),
        (Told(Lexicon.Nouns, noun => $"We spell {noun} like this: {Forms.Apply("spelled", noun)}."), 4),
        (Told(Language.Facts.TellablePasts, verb => $"Today we {verb}. Yesterday we {Forms.Past(verb)}."), 2),
        (Told(Language.Facts.Countables, noun => $"One {noun}, two {Forms.Plural(noun)}."), 2),
    ];

    static readonly ImmutableArray<Func<Random, string>> Weighted = [.. Facts.SelectMany(fact => Enumerable.Repeat(fact.Say, fact.Weight))];

    public static string Story(Random random) => random.Next(3) switch
    {
        0 => string.Join(' ', Many(random, 2, 4, () => Sentence(random, Tales))),
        1 => string.Join(' ', Many(random, 5, 10, () => Weighted[random.Next(Weighted.Length)](random))),
        _ => string.Join(' ', Many(random, 5, 10, () => Sentence(random, Sentences))),
    };

    /// <summary>Lines that come again, and pairs that are recalled: what a model must learn to copy from its context.</summary>
    public static string Copy(Random random) => string.Join('\n', Many(random, 2, 6, () => random.Next(4) switch
    {
        0 => Again(string.Join(' ', Words(random, 3, 8)), random.Next(2, 4)),
        1 => Again(string.Join(", ", Words(random, 3, 8)), 2),
        2 => Again(Sentence(random, Sentences), 2),
        _ => Recall(random),
    }));

    static string Again(string line, int times) => string.Join('\n', Enumerable.Repeat(line, times));

    static string Recall(Random random)
    {
        var pairs = Words(random, 3, 5).Select(word => $"{word} is {Lexicon.Slot(Lexicon.OpenKind).At(random)}.").ToArray();
        var first = string.Join(' ', pairs);
        random.Shuffle(pairs);
        return $"{first} {string.Join(' ', pairs)}";
    }

    static string[] Words(Random random, int least, int most) =>
        [.. Many(random, least, most, () => Lexicon.Slot(Lexicon.OpenKind).At(random)).Distinct()];

    static string Sentence(Random random, ImmutableArray<Template> templates) =>
        templates[random.Next(templates.Length)].Say(random, Slots.None).Text;

    static IEnumerable<string> Many(Random random, int least, int most, Func<string> say) =>
        Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => say());

    static Func<Random, string> Told(IReadOnlyDictionary<string, string> table, Func<string, string, string> tell)
    {
        ImmutableArray<string> sentences = [.. table.Select(row => tell(row.Key, row.Value)).Order(StringComparer.Ordinal)];
        return random => sentences.At(random);
    }

    static Func<Random, string> Told(ImmutableArray<string> words, Func<string, string> tell) => random => tell(words.At(random));
}
