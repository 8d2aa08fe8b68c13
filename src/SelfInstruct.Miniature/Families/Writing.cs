using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Families;

/// <summary>Tasks that need no input: the instruction says everything.</summary>
internal static class Writing
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Written("name-some", """
            (Name|List) {many} (different |){kind:plural} for me.
            Write down {many} {kind:plural} that you know.
            Give me the names of {many} {kind:plural}.
            Can you think of {many} {kind:plural}?
            Which {many} {kind:plural} come to your mind first?
            I need {many} words, and each should be {kind:a}.
            Make a list with {many} {kind:plural} in it.
            Tell a child {many} words for {kind:plural}.
            For a game we need {many} {kind:plural}; which ones?
            Without thinking long, say {many} {kind:plural}.
            """,
            (random, slots) => string.Join(", ", Shuffled(random, Lexicon.Kinds[slots["kind"]], TextReading.NumberOf(slots["many"]))),
            (slots, output) => output.Split(", ") is var items && items.Length == TextReading.NumberOf(slots["many"])
                && items.Distinct().Count() == items.Length && items.All(Lexicon.Kinds[slots["kind"]].Contains)),
        Define.Written("farm-animals", """
            Name three animals that live on a farm.
            Which three animals does a farmer keep?
            List animals you can meet in a barn, three of them.
            Tell me three animals that give us milk, eggs or wool, or work for us.
            A child visits a farm. Whom will it see there? Name three.
            Write the names of three tame animals from the country.
            Think of a farmer and say three of his animals.
            What lives on the farm? Give three words.
            My uncle is a farmer. What three animals might he own?
            Between barn and field, which three animals walk around?
            """, "{farmanimal}, {farmanimal2}, {farmanimal3}"),
        Define.Written("wild-animals", """
            Name three wild animals.
            Which three animals live free and not with people?
            List three beasts that you should not keep at home.
            Say three animals of the forest, the sea or the jungle.
            Who lives in the wild? Give three names.
            On a long trip we saw wild creatures; name three of them.
            Write three animals that no farmer has.
            Think of far countries and name three of their animals.
            Tell me about the jungle and the sea: three animals, please.
            A film shows nature; write three animals that could be in it.
            """, "{wildanimal}, {wildanimal2}, {wildanimal3}"),
        Define.Written("fruits", """
            Name three fruits that you like.
            What could be in a bowl of fruit? List three things.
            Write a list of three kinds of fruit.
            Which fruits grow on trees and bushes? Say three.
            Tell me three sweet things that a tree can give us.
            I make a fruit salad. What three fruits shall I cut?
            Give three healthy fruits for a school lunch.
            Think of the market and write three fruits you see.
            Grandmother asks which three fruits to bring. Answer her.
            Fill a basket with fruit and write the three things in it.
            """, "{fruit}, {fruit2}, {fruit3}"),
        Define.Written("vegetables", """
            Name three vegetables for a soup.
            What vegetables grow in a garden? List three.
            Write three kinds of vegetables.
            My rabbit wants something green or crisp; say three vegetables.
            Which vegetables would you buy? Give three of them.
            Think of healthy food that is not sweet, and name three.
            Tell the cook three vegetables for tonight.
            Make a short list of vegetables, three in number.
            A gardener plants three vegetables. Which ones could they be?
            Say three things that grow in a bed of earth and go into a pot.
            """, "{vegetable}, {vegetable2}, {vegetable3}"),
        Define.Written("letter", """
            Write a (kind|short|friendly) (note|letter) to {name}.
            Send a message to your friend {name}.
            You miss {name}. Write a few lines.
            What would you write to {name} on a card?
            Compose a warm little letter for {name}.
            Your old friend {name} lives far away; tell how you are in a note.
            Help me write to {name}, please.
            A card is on its way to {name}. What does it say?
            Put some friendly words for {name} on paper.
            Make {name} smile with a small letter.
            """, """
            Dear {name}, (how are you?|I hope you are well.|I miss you!) I am at the {place} with my {animal}. Your friend, {name2}
            Dear {name}, (thank you for the {item}|I found your {item}). I like it very much. Your friend, {name2}
            Dear {name}, I have a {color} {toy} now. Come and see it (soon|on {day}). Your friend, {name2}
            """),
        Define.Written("greet", """
            Say good {daytime} to {name}.
            Greet {name} in the {daytime}.
            It is {daytime} and you meet {name}. What do you say?
            Wish {name} a nice {daytime} with three short words.
            How do you greet {name} at this hour, in the {daytime}?
            You see {name} on the street this {daytime}; speak first.
            Write the words with which one meets {name} in the {daytime}.
            Be polite: {name} comes in and it is {daytime}.
            {name} opens the door in the {daytime}; greet back.
            A good {daytime} to {name}: write it with an exclamation mark.
            """, "Good {daytime}, {name}!"),
        Define.Written("story", """
            Write a (short|little) story about {animal:a}.
            Tell me a tale with {animal:a} in it.
            Make up a bedtime story. The hero is {animal:a}.
            What could happen to {animal:a} on a long day? Tell it.
            Once there was {animal:a}; how does the story go?
            My child loves every {animal}, so invent something about one.
            In three sentences, tell what {animal:a} did.
            Write something nice to read in which {animal:a} has a small adventure.
            Begin with once upon a time and tell about {animal:a}.
            Think of a {character} {animal} and write its story.
            """, """
            Once there was a {character} {animal}. It (lived in|walked to|went to) the {area}. There it (found|saw|lost) {item:a}. In the end the {animal} was {feeling}.
            A {character} {animal} (met|saw) {noun:a} in the {area}. They (played|sang|danced) all day. Then the {animal} (slept|went home).
            The {animal} wanted {food:a}. It looked in the {area} and (found|saw) only {item:a}. A friend came and helped. They were happy.
            """),
        Define.Written("sentence-about", """
            Write a sentence about {item:a}.
            Say something about {item:a}, in one sentence.
            Make a sentence in which {item:a} is named.
            What can you tell me of {item:a}?
            Put the word {item} into a sentence.
            I show you {item:a}. Describe it with a full sentence.
            Use {item} in a sentence of your own.
            Tell one thing that could be true of {item:a}.
            My {item} is dear to me. Write one sentence on such a thing.
            If {item:a} lay here, what might you say of it?
            """, """
            The {item} is {color} and {adjective}.
            {name} has a {color} {item}.
            My {item} is at the {place}.
            I see {item:a} in the {area}.
            """),
        Define.Written("ask-worker", """
            Write a question that you could ask {job:a}.
            You meet {job:a}. What do you want to know?
            Ask {job:a} about the work.
            What would a child ask {job:a}?
            Think of one good question for {job:a}.
            A reporter talks to {job:a}; write the first question.
            Start a talk with {job:a} by asking something.
            Be curious: put a question to {job:a}.
            At school, {job:a} comes to visit. Which question do you have?
            Interview {job:a} with just a single question.
            """, """
            Do you like your work as {job:a}?
            What does {job:a} do in the {daytime}?
            Why did you become {job:a}?
            When does {job:a} begin to work?
            """),
        Define.Written("season-months", """
            Name the three months of {season}.
            Which months belong to {season}?
            List the months that make up {season}.
            When is it {season}? Write the three months.
            It is {season} for three months; say their names.
            The calendar shows {season}. Which pages are that?
            Tell a child in what months we have {season}.
            From which month to which do we call it {season}? Give all three.
            For a poem on {season} I need its three months.
            Which three months would you paint in the colors of {season}?
            """, (_, slots) => Months(slots["season"]), (slots, output) => output == Months(slots["season"])),
        Define.Written("count-between", """
            Count from {step} to ten in figures.
            Write the numbers from {step} up to ten.
            Begin at {step} and count until you reach ten.
            Which numbers lie between {step} and ten? Include both ends.
            A game of hiding: count aloud from {step} to ten.
            List all whole numbers that start with {step} and end with ten.
            Say every number on the way from {step} to ten.
            Climb from {step} to ten, one by one.
            Starting from {step}, go up to ten and write each number.
            Use commas and count: the first is {step}, the last is ten.
            """, (_, slots) => CountToTen(slots), (slots, output) => output == CountToTen(slots)),
        Define.Written("birthday", """
            Wish {name} a happy birthday.
            It is the birthday of {name}. Write a card.
            What do you say to {name}, who is one year older today?
            Write good wishes for the birthday of {name}.
            Sing or say something for {name} on this special day of birth.
            A cake with candles waits for {name}; what are your words?
            Congratulate {name} on turning a year older.
            Make a birthday message for my dear {name}.
            What should stand on the birthday cake card for {name}?
            Today {name} celebrates. Give a warm wish.
            """, """
            Happy birthday, {name}! I wish you (a nice day|a lot of fun|all the best).
            Happy birthday, dear {name}! (Here is|I have) a {color} {item} for you.
            Dear {name}, happy birthday! I hope you get a {toy}.
            """),
        Define.Written("describe-animal", """
            Describe {knownanimal:a} in two sentences.
            Tell me about {knownanimal:a}: its voice and its home.
            What do you know about {knownanimal:a}?
            Explain to a child what {knownanimal:a} is.
            Write two facts on {knownanimal:a}.
            How does {knownanimal:a} sound and where does it live?
            Somebody has never seen {knownanimal:a}. Help with two facts.
            Teach me something about the life of {knownanimal:a}.
            Make a small entry on {knownanimal:a} for a book of animals.
            Say what {knownanimal:a} says, and tell its home too.
            """, (_, slots) => Description(slots["knownanimal"]), (slots, output) => output == Description(slots["knownanimal"])),
    ];

    static IEnumerable<string> Shuffled(Random random, IEnumerable<string> words, int count)
    {
        var all = words.ToArray();
        random.Shuffle(all);
        return all.Take(count);
    }

    static string Months(string season) => string.Join(", ", Facts.SeasonsOf.Where(row => row.Value == season)
        .Select(row => row.Key).OrderBy(month => (Lexicon.Months.IndexOf(month) + 1) % 12));

    static string CountToTen(Slots slots) =>
        TextReading.NumberOf(slots["step"]) is var first ? string.Join(", ", Enumerable.Range(first, 11 - first)) : "";

    static string Description(string animal) =>
        $"{Forms.Capitalise(Forms.WithArticle(animal))} says {Facts.Sounds[animal]}. It lives in a {Facts.Homes[animal]}.";
}
