using System.Collections.Frozen;
using System.Collections.Immutable;
using static SelfInstruct.Miniature.Language.Lexicon;

namespace SelfInstruct.Miniature.Language;

/// <summary>What is known of the words: tables a model can only remember.</summary>
internal static class Facts
{
    public static readonly FrozenDictionary<string, string> IrregularPlurals = Table(
        "wolf wolves|mouse mice|sheep sheep|deer deer|fish fish|goose geese|child children|man men|woman women|foot feet|tooth teeth|leaf leaves|knife knives|scarf scarves");

    public static readonly FrozenDictionary<string, string> IrregularPasts = Table(
        "see saw|find found|buy bought|hold held|take took|hide hid|keep kept|run ran|go went|drive drove|ride rode|sing sang|sleep slept|read read|swim swam|eat ate|drink drank|come came|give gave|make made|sell sold|write wrote|fly flew|break broke|lose lost|win won|grow grew|catch caught|bring brought|build built|plan planned|stop stopped");

    public static readonly ImmutableArray<string> Doubling = Split("run swim big hot wet sad fat thin stop plan win");

    public static readonly ImmutableArray<string> Uncountable = Split("bread rice soup cheese butter honey salad pasta jam corn chicken milk tea water juice coffee");

    public static readonly ImmutableArray<string> TellablePasts =
        [.. Verbs, .. Moves, .. Split("sing dance sleep play laugh smile cry cook swim jump work rest wait eat drink come give make sell write fly break lose win grow catch bring build talk help call visit climb open kick stop plan")];

    public static readonly ImmutableArray<string> Countables =
        [.. Animals, .. Fruits, .. Vegetables, .. Items, .. Split("child man woman foot tooth leaf knife tree car hand girl boy king friend city baby story bus glass flower window door teacher doctor")];

    public static readonly FrozenDictionary<string, string> Opposites = BothWays(
        "hot cold|big small|fast slow|happy sad|old new|tall short|open closed|day night|up down|hard soft|rich poor|clean dirty|full empty|light dark|early late|loud quiet|good bad|wet dry|near far|strong weak|high low|left right|thick thin|sweet sour|brave afraid|true false|first last|win lose|buy sell|in out|push pull|over under|always never|inside outside|begin end|laugh cry|sit stand");

    public static readonly FrozenDictionary<string, string> Synonyms = BothWays(
        "big large|small little|happy glad|fast quick|begin start|end finish|kind nice|ill sick|smart clever|sad unhappy|quiet silent|angry mad|pretty beautiful|tale story|gift present|road street|stone rock|woods forest|shout yell|jump hop|home house|below under");

    public static readonly FrozenDictionary<string, string> Sounds = Table(
        "dog woof|cat meow|cow moo|pig oink|sheep baa|duck quack|hen cluck|lion roar|bee buzz|snake hiss|owl hoot|wolf howl|mouse squeak|frog croak|horse neigh|bird tweet|goose honk|donkey hee-haw");

    public static readonly FrozenDictionary<string, string> Homes = Table(
        "dog house|cat house|hamster cage|parrot cage|rabbit burrow|cow barn|pig barn|sheep barn|horse stable|donkey stable|hen coop|duck pond|frog pond|goose pond|fish river|whale sea|shark sea|turtle sea|wolf forest|bear cave|fox den|deer forest|owl tree|lion grassland|zebra grassland|elephant grassland|camel desert|snake desert|monkey jungle|tiger jungle|bee hive|ant hill|spider web|bird nest|eagle nest|mouse hole");

    public static readonly FrozenDictionary<string, string> Babies = Table(
        "dog puppy|cat kitten|cow calf|horse foal|pig piglet|sheep lamb|duck duckling|hen chick|goat kid|goose gosling|lion cub|bear cub|tiger cub|fox cub|wolf cub|deer fawn|frog tadpole|owl owlet|elephant calf|whale calf");

    public static readonly FrozenDictionary<string, string> Legs = Table(
        "dog 4|cat 4|cow 4|horse 4|pig 4|sheep 4|goat 4|lion 4|bear 4|zebra 4|camel 4|frog 4|duck 2|hen 2|owl 2|bird 2|eagle 2|goose 2|parrot 2|bee 6|ant 6|fly 6|spider 8|snake 0|fish 0|whale 0|shark 0");

    public static readonly FrozenDictionary<string, string> Diets = Table(
        "cow grass|horse hay|sheep grass|rabbit carrots|mouse cheese|monkey bananas|bee nectar|lion meat|tiger meat|wolf meat|shark fish|bear honey|dog bones|cat fish|hen corn|zebra grass|elephant leaves|deer leaves|frog flies|spider flies|hamster seeds|parrot seeds");

    public static readonly FrozenDictionary<string, string> ColorsOf = Table(
        "banana yellow|lemon yellow|tomato red|cherry red|grass green|snow white|milk white|night black|coal black|sky blue|sea blue|chocolate brown|pig pink|elephant gray|mouse gray|frog green|sun yellow|plum purple|cloud white|leaf green|blood red|bear brown|corn yellow|pea green|butter yellow|rice white|eggplant purple|flamingo pink|fire_truck red|wood brown");

    public static readonly FrozenDictionary<string, string> Uses = Table(
        "key open_a_door|pen write_a_letter|spoon eat_soup|cup drink_tea|bed sleep|book read_a_story|clock tell_the_time|brush brush_your_hair|lamp light_a_room|chair sit_down|scissors cut_paper|knife cut_bread|soap wash_your_hands|umbrella stay_dry|oven bake_a_cake|ball play_a_game|phone call_a_friend|bag carry_things|broom sweep_the_floor|ladder climb_up|towel dry_your_hands|coat stay_warm|drum make_music|boat cross_a_river|rope tie_things|mirror see_your_face|plate serve_food|shovel dig_a_hole");

    public static readonly FrozenDictionary<string, string> Workplaces = Table(
        "teacher school|doctor hospital|nurse hospital|farmer farm|cook kitchen|baker bakery|pilot plane|sailor ship|gardener garden|singer stage|driver bus|painter studio|librarian library|waiter restaurant|judge court|scientist laboratory|king castle|miner mine|actor theater|lifeguard pool");

    public static readonly FrozenDictionary<string, string> Meanings = Table(
        "puppy a_young_dog|kitten a_young_cat|lamb a_young_sheep|calf a_young_cow|baker a_person_who_makes_bread|teacher a_person_who_helps_children_learn|farmer a_person_who_grows_food|pilot a_person_who_flies_a_plane|library a_place_with_many_books|bakery a_place_where_bread_is_made|zoo a_place_where_you_can_see_animals|winter the_coldest_season_of_the_year|summer the_warmest_season_of_the_year|breakfast the_first_meal_of_the_day|dinner the_last_meal_of_the_day|umbrella a_thing_that_keeps_you_dry|week a_time_of_seven_days|nest the_home_of_a_bird|hive the_home_of_bees|noon the_middle_of_the_day|island land_with_water_all_around_it|desert a_dry_place_with_sand|forest a_place_with_many_trees|hero a_brave_person|pond a_small_lake|village a_very_small_town|whisper to_talk_very_quietly|giant a_very_big_person");

    public static readonly FrozenDictionary<string, string> OrdinalsOf = Table(
        "one first|two second|three third|four fourth|five fifth|six sixth|seven seventh|eight eighth|nine ninth|ten tenth|eleven eleventh|twelve twelfth");

    public static readonly FrozenDictionary<string, string> SeasonsOf = Table(
        "March spring|April spring|May spring|June summer|July summer|August summer|September autumn|October autumn|November autumn|December winter|January winter|February winter");

    public static readonly FrozenDictionary<string, string> Missing = new Dictionary<string, string>
    {
        ["The sky is ___."] = "blue",
        ["The grass is ___."] = "green",
        ["Snow is ___."] = "white",
        ["Ice is ___."] = "cold",
        ["Fire is ___."] = "hot",
        ["A banana is ___."] = "yellow",
        ["A tomato is ___."] = "red",
        ["A cow gives ___."] = "milk",
        ["A bee makes ___."] = "honey",
        ["A hen lays an ___."] = "egg",
        ["A bird can ___."] = "fly",
        ["A fish can ___."] = "swim",
        ["A dog has four ___."] = "legs",
        ["We sleep in a ___."] = "bed",
        ["We see with our ___."] = "eyes",
        ["We hear with our ___."] = "ears",
        ["We smell with our ___."] = "nose",
        ["A week has seven ___."] = "days",
        ["A year has twelve ___."] = "months",
        ["At night the sky is ___."] = "dark",
        ["Honey tastes ___."] = "sweet",
        ["A lemon tastes ___."] = "sour",
        ["An elephant is very ___."] = "big",
        ["An ant is very ___."] = "small",
        ["A turtle walks ___."] = "slowly",
        ["We write with a ___."] = "pen",
        ["A whale lives in the ___."] = "sea",
        ["A key opens the ___."] = "door",
        ["The opposite of hot is ___."] = "cold",
        ["In winter it is ___."] = "cold",
        ["We cut paper with ___."] = "scissors",
        ["A spider has eight ___."] = "legs",
    }.ToFrozenDictionary();

    public static readonly ImmutableArray<ImmutableArray<string>> Rhymes =
    [
        .. "cat hat bat mat rat|dog fog log frog|cake lake snake bake|night light bright kite|tree bee sea key tea|red bed bread head|ring king sing wing|bear pear chair hair|house mouse|boat goat coat|sun run fun bun|ball wall tall small|pen hen ten men|day play say gray|rain train plane|fox box socks|sock block clock rock|book cook look hook|sheep deep sleep|whale tail pale snail|cold gold old hold|nose rose toes|star car far jar|hill mill still|moon spoon soon|duck truck luck|pig big dig wig|shell bell well|fish dish wish"
            .Split('|').Select(Split),
    ];

    public static readonly FrozenDictionary<string, ImmutableArray<string>> RhymesWith =
        Rhymes.SelectMany(group => group.Select(word => (word, Others: group.Remove(word)))).ToFrozenDictionary(p => p.word, p => p.Others);

    static FrozenDictionary<string, string> BothWays(string rows)
    {
        var table = Table(rows).ToDictionary();
        foreach (var (left, right) in table.ToArray())
        {
            table.TryAdd(right, left);
        }

        return table.ToFrozenDictionary();
    }

    /// <summary><c>a b|c d</c> is a table of two rows; <c>_</c> stands for a space inside an entry.</summary>
    static FrozenDictionary<string, string> Table(string rows) => rows.Split('|')
        .Select(row => row.Split(' '))
        .ToFrozenDictionary(row => row[0].Replace('_', ' '), row => row[1].Replace('_', ' '));
}
