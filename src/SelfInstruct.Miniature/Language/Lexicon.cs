using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SelfInstruct.Miniature.Language;

/// <summary>Every word of the world, by kind. Words of a kind fit the same places: <c>at the {place}</c>, <c>in the {area}</c>.</summary>
internal static class Lexicon
{
    /// <summary>The kind whose slots match any word, not only those listed.</summary>
    public const string OpenKind = "word";

    public static readonly ImmutableArray<string> Boys = Split("Tom Ben Sam Max Leo Jack Dan Paul Mark Luke Adam Peter David Noah Oscar");
    public static readonly ImmutableArray<string> Girls = Split("Ann Mia Lucy Rose Emma Kate Jane Sara Nina Ella Mary Alice Clara Grace Ruth");
    public static readonly ImmutableArray<string> FarmAnimals = Split("cow horse pig sheep duck hen goat donkey goose");
    public static readonly ImmutableArray<string> WildAnimals = Split("lion tiger bear wolf fox deer monkey elephant zebra owl snake whale shark camel");
    public static readonly ImmutableArray<string> Pets = Split("dog cat rabbit parrot hamster");
    public static readonly ImmutableArray<string> Insects = Split("bee ant spider fly");
    public static readonly ImmutableArray<string> Animals =
        [.. FarmAnimals, .. WildAnimals, .. Pets, .. Insects, .. Split("mouse frog bird fish turtle eagle")];
    public static readonly ImmutableArray<string> Fruits = Split("apple banana orange grape lemon pear peach plum cherry");
    public static readonly ImmutableArray<string> Vegetables = Split("carrot potato onion tomato bean pea pepper cabbage");
    public static readonly ImmutableArray<string> Meals = Split("bread rice soup cake cheese butter honey salad pizza corn pasta jam chicken");
    public static readonly ImmutableArray<string> Drinks = Split("milk tea water juice coffee");
    public static readonly ImmutableArray<string> Foods = [.. Fruits, .. Vegetables, .. Meals];
    public static readonly ImmutableArray<string> Colors = Split("red blue green yellow black white brown pink purple gray");
    public static readonly ImmutableArray<string> Toys = Split("ball kite doll drum puzzle robot balloon train boat block");
    public static readonly ImmutableArray<string> Clothes = Split("hat coat shirt shoe sock scarf dress belt glove boot jacket");
    public static readonly ImmutableArray<string> Things = Split("cup book box lamp chair table key bag pen clock bell brush spoon plate ring rope basket bottle pillow mirror");
    public static readonly ImmutableArray<string> Places = Split("park school farm river beach lake market library shop zoo museum station castle pool bridge bakery hotel playground");
    public static readonly ImmutableArray<string> Areas = Split("forest city village kitchen garden house barn cave valley field");
    public static readonly ImmutableArray<string> Jobs = Split("teacher doctor farmer cook baker driver pilot singer painter nurse sailor gardener");
    public static readonly ImmutableArray<string> Weather = Split("rain snow wind sun storm cloud fog ice thunder");
    public static readonly ImmutableArray<string> Days = Split("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
    public static readonly ImmutableArray<string> Months = Split("January February March April May June July August September October November December");
    public static readonly ImmutableArray<string> Seasons = Split("spring summer autumn winter");
    public static readonly ImmutableArray<string> Adjectives = Split("big small old new clean dirty strong heavy light soft nice long warm cold round tiny");
    public static readonly ImmutableArray<string> Characters = Split("brave clever funny gentle happy hungry kind lazy lonely proud quiet shy sleepy tired young");
    public static readonly ImmutableArray<string> Feelings = Split("happy sad tired hungry angry thirsty proud bored sick afraid");
    public static readonly ImmutableArray<string> Verbs = Split("like love want need see find buy wash paint hold watch carry take hide clean push pull keep");
    public static readonly ImmutableArray<string> Moves = Split("walk run go hurry drive ride march");
    public static readonly ImmutableArray<string> Acts = Split("sing dance sleep play laugh smile cry read cook swim jump work rest wait");
    public static readonly ImmutableArray<string> NumberWords = Split("one two three four five six seven eight nine ten eleven twelve");

    public static readonly ImmutableArray<string> Names = [.. Boys, .. Girls];
    public static readonly ImmutableArray<string> Items = [.. Toys, .. Clothes, .. Things];
    public static readonly ImmutableArray<string> Nouns = [.. Animals, .. Foods, .. Items];

    /// <summary>What a word is: animal, food, color, toy, place, clothing.</summary>
    public static readonly FrozenDictionary<string, ImmutableArray<string>> Kinds = new Dictionary<string, ImmutableArray<string>>
    {
        ["animal"] = Animals,
        ["food"] = [.. Foods, .. Drinks],
        ["color"] = Colors,
        ["toy"] = Toys,
        ["place"] = Places,
        ["name"] = Names,
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, ImmutableArray<string>> ByKind = new Dictionary<string, ImmutableArray<string>>
    {
        [OpenKind] = [.. Nouns, .. Drinks, .. Colors, .. Places, .. Weather, .. Adjectives],
        ["name"] = Names,
        ["boy"] = Boys,
        ["girl"] = Girls,
        ["animal"] = Animals,
        ["knownanimal"] = Split("dog cat cow pig horse donkey hen duck bee owl bird mouse frog"),
        ["pet"] = Pets,
        ["farmanimal"] = FarmAnimals,
        ["wildanimal"] = WildAnimals,
        ["food"] = Foods,
        ["dish"] = Split("soup salad sandwich pie stew"),
        ["event"] = Split("party picnic concert dinner game"),
        ["meal"] = Meals,
        ["fruit"] = Fruits,
        ["vegetable"] = Vegetables,
        ["drink"] = Drinks,
        ["color"] = Colors,
        ["toy"] = Toys,
        ["clothing"] = Clothes,
        ["item"] = Items,
        ["noun"] = Nouns,
        ["place"] = Places,
        ["area"] = Areas,
        ["job"] = Jobs,
        ["day"] = Days,
        ["month"] = Months,
        ["season"] = Seasons,
        ["adjective"] = Adjectives,
        ["character"] = Characters,
        ["feeling"] = Feelings,
        ["verb"] = Verbs,
        ["move"] = Moves,
        ["act"] = Acts,
        ["kind"] = [.. Kinds.Keys.Order()],
        ["measure"] = Split("big small old new clean dirty strong weak light soft long warm cold tall short fast slow high low loud quiet rich poor hard kind young sweet wet dry deep dark wide brave nice large thick thin happy funny lazy"),
        ["many"] = Split("two three four five"),
        ["times"] = Split("two three four"),
        ["count"] = Split("two three four five six seven"),
        ["number"] = [.. Enumerable.Range(1, 20).Select(n => n.ToString())],
        ["end"] = Split("first last"),
        ["ordinal"] = Split("first second third last"),
        ["step"] = Split("one two three four five"),
        ["ten"] = Split("20 30 40 50 60 70 80"),
        ["side"] = Split("after before"),
        ["daytime"] = Split("morning afternoon evening"),
        ["moment"] = Split("today now sometimes often"),
    }.ToFrozenDictionary();

    /// <exception cref="FormatException">There is no such kind.</exception>
    public static ImmutableArray<string> Slot(string kind) =>
        ByKind.TryGetValue(kind, out var values) ? values
        : throw new FormatException($"Slot '{{{kind}}}' is unknown; known are {string.Join(", ", ByKind.Keys.Order())}.");

    /// <summary>The kind of a word, or null; a word has one kind.</summary>
    public static string? KindOf(string word) => KindOfWord.GetValueOrDefault(word);

    public static string At(this ImmutableArray<string> words, Random random) => words[random.Next(words.Length)];

    static readonly FrozenDictionary<string, string> KindOfWord =
        Kinds.SelectMany(kind => kind.Value.Select(word => (word, kind.Key))).ToFrozenDictionary(pair => pair.word, pair => pair.Key);

    public static ImmutableArray<string> Split(string words) => [.. words.Split(' ')];
}
