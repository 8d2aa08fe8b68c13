using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Families;

/// <summary>Classification of words and numbers.</summary>
internal static class WordLabels
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Labelled("word-kind", """
            Is @word an animal, a food, a color or a place?
            Classify @word as animal, food, color or place.
            What kind of thing is @word? Choose animal, food, color or place.
            Given a word, say its group: animal, food, color, place.
            Sort the word into one of the boxes animal, food, color and place.
            Name the class of @word; the classes are animal, food, color, place.
            To which family does it belong, animal, food, color or place?
            Put a label on the word. It may be animal, food, color or place.
            Do we eat it, paint with it, visit it or feed it? Say food, color, place or animal.
            One label fits: animal, food, color, place. Which?
            """, """
            animal => {animal}
            food => {food}
            color => {color}
            place => {place}
            """, isMemorised: true),
        Define.Judged("is-kind", """
            Is @word {kind:a}? Answer Yes or No.
            Tell me if @word is {kind:a}, with Yes or No.
            Does @word belong to the {kind:plural}? Say Yes or No.
            Given a word, decide whether it names {kind:a}: Yes or No.
            I only want {kind:plural}. Can I keep the word? Yes or No.
            Check if you would call it {kind:a}. Reply Yes or No.
            Yes or No: the word in the input is {kind:a}.
            Would you find @word in a list of {kind:plural}? Yes or No.
            Could the word stand in a book about {kind:plural}? Yes or No.
            Think of all {kind:plural}. Is this one of them, Yes or No?
            """, "Yes|No", OfKind, (slots, word) => Lexicon.KindOf(word) is { } kind ? kind == slots["kind"] ? "Yes" : "No" : null, isMemorised: true),
        Define.Judged("odd-even", """
            Is @number odd or even?
            Classify the number as odd or even.
            Can you share it between two? Say even if so, else odd.
            Given a number, write odd or even.
            Look at the last figure and decide between odd and even.
            Which word fits @number, odd or even?
            Two children get the same number of sweets only if it is even. Is it even or odd?
            Label the number: even or odd.
            Pairs leave nothing over when it is even. Decide: even or odd.
            House numbers are odd on the left and even on the right. Which is this?
            """, "odd|even",
            (random, _, label) => ((random.Next(1, 50) * 2) - (label == "odd" ? 1 : 0)).ToString(),
            (_, text) => TextReading.Number(text) is { } n ? n % 2 == 0 ? "even" : "odd" : null, isMemorised: true),
        Define.Judged("more-than", """
            Is @number more than {ten}? Answer Yes or No.
            Tell me if @number is bigger than {ten}. Write Yes or No.
            Yes or No: is it above {ten}?
            Given a number, check whether it beats {ten}, Yes or No.
            I have {ten} coins. Do you have more? Say Yes or No.
            Does the number lie higher than {ten}? Reply Yes or No.
            Compare with {ten}: write Yes for more and No for less.
            Decide if one would count past {ten} to reach it. Yes or No?
            The limit is {ten}. Is it passed? Say Yes or No.
            Would {ten} be too small for it? Answer with Yes or No.
            """, "Yes|No",
            (random, slots, label) => (label == "Yes" ? random.Next(Limit(slots) + 1, 100) : random.Next(1, Limit(slots))).ToString(),
            (slots, text) => TextReading.Number(text) is { } n ? n > Limit(slots) ? "Yes" : "No" : null),
        Define.Judged("digits", """
            Does @number have one digit or two digits?
            Say one digit or two digits.
            Classify the number by its figures: one digit, two digits.
            Given a number, is it written with one digit or two digits?
            How long is the number? Choose between one digit and two digits.
            Look at the size of the number and write one digit or two digits.
            Is it below ten? Then say one digit, otherwise two digits.
            Sort numbers into the groups one digit and two digits.
            Count the figures and reply with one digit or two digits.
            A little number has one digit, a larger one two digits. Name the group.
            """, "one digit|two digits",
            (random, _, label) => (label == "one digit" ? random.Next(1, 10) : random.Next(10, 100)).ToString(),
            (_, text) => TextReading.Number(text) is >= 0 and < 100 and var n ? n < 10 ? "one digit" : "two digits" : null, isMemorised: true),
        Define.Labelled("same-different", """
            Are @words the same or different?
            Compare two words: same or different?
            Given a pair, write same if both are equal, else different.
            Do I see one word twice? Say same or different.
            Decide between same and different for the pair.
            Look at the left and the right word; are they same or different?
            Twins are same, others are different. What is this pair?
            Tell if somebody wrote the word again: same or different.
            Is the second word a copy of the first? Say same if it is, different if not.
            Label each pair as same or different.
            """, """
            same => {noun} and {noun}
            different => {noun} and {noun2}
            """),
        Define.Labelled("boy-girl", """
            Is @name for a boy or a girl?
            Say if it is the name of a boy or a girl.
            Classify @name as boy or girl.
            Given a first name, write boy or girl.
            A baby gets this name. Is the baby a boy or a girl?
            Who is called like this, a boy or a girl?
            Should I say he or she of this child? Write boy or girl.
            Sort the children by name into boy and girl.
            Read the name on the door and tell whether a boy or a girl lives there.
            Label first names with boy or girl.
            """, """
            boy => {boy}
            girl => {girl}
            """, isMemorised: true),
        Define.Labelled("a-or-an", """
            Do we write a or an before @word?
            Choose the right article for @word: a or an.
            Given a noun, say whether it takes a or an.
            Which little word goes in front, a or an?
            Listen to the first sound and decide: a or an.
            Apple takes an and cat takes a. What does @word take?
            Fill the place before the noun with a or an.
            Tell the learner if it is a or an.
            Say the noun aloud. Is a or an better before it?
            Pick the article, a or an.
            """, """
            a => {item}
            a => {farmanimal}
            a => {toy}
            an => (apple|orange|owl|elephant|ant|eagle|egg|onion|island|umbrella|oven|arm|ear|eye|uncle|aunt|apron|engine|insect|ocean)
            """, isMemorised: true),
        Define.Labelled("one-many", """
            Is @word for one or for many?
            Say one if the noun is singular and many if it is plural.
            Classify @noun as one or many.
            Given a noun, tell if it means one or many.
            Does somebody speak of one thing or of many? Write one or many.
            Look at the ending and choose one or many.
            How many are meant, one or many?
            Sort nouns into two groups: one, many.
            Is there just one of it, or are there many? Answer one or many.
            Label the form of the noun: one or many.
            """, """
            one => {item}
            one => {farmanimal}
            one => {fruit}
            many => {item:plural}
            many => {fruit:plural}
            many => (cows|horses|pigs|ducks|hens|goats|dogs|cats|children|teeth|leaves)
            """, isMemorised: true),
        Define.Grouped("season-of", """
            In which season is @month: spring, summer, autumn or winter?
            Name the season of the month. Choose from spring, summer, autumn, winter.
            Given a month, write spring, summer, autumn or winter.
            Is it spring, summer, autumn or winter in this month?
            Which of the seasons spring, summer, autumn and winter has @month?
            Label the month with its season, that is spring, summer, autumn or winter.
            It is the month below. Do we have spring, summer, autumn or winter?
            Sort months by season: spring, summer, autumn, winter.
            The year has spring, summer, autumn and winter. Where does the month lie?
            Tell me spring, summer, autumn or winter when I name a month.
            """, """
            spring => March April May
            summer => June July August
            autumn => September October November
            winter => December January February
            """),
        Define.Grouped("weekday-weekend", """
            Is @day a weekday or at the weekend?
            Say weekday or weekend for @day.
            Given a day, do people work? Write weekday if so, otherwise weekend.
            Classify the day as weekday or weekend.
            School or free time: is it weekday or weekend?
            Which is it, weekday or weekend?
            Label a day of the week: weekday, weekend.
            Can I sleep long? Say weekend for free days and weekday for others.
            Is the office open on this day? Write weekday if yes, weekend if no.
            Choose one, weekend or weekday, for the day.
            """, """
            weekday => Monday Tuesday Wednesday Thursday Friday
            weekend => Saturday Sunday
            """),
        Define.Grouped("farm-wild", """
            Does @animal live on a farm or in the wild? Say farm or wild.
            Classify the animal as farm or wild.
            Is @animal tame or free? Write farm for tame and wild for free.
            Given an animal, choose farm or wild.
            Would a farmer keep @animal? Answer farm if yes, wild if no.
            Put the animal in the right group: farm, wild.
            Where is it at home? Decide between farm and wild.
            Label animals by how they live, farm or wild.
            Does it know a farmer? If so say farm, if not say wild.
            Farm or wild: which word goes with the animal?
            """, """
            farm => cow horse pig sheep duck hen goat donkey goose
            wild => lion tiger bear wolf fox deer monkey elephant zebra owl snake whale shark camel
            """),
        Define.Grouped("fruit-vegetable", """
            Is @food a fruit or a vegetable?
            Classify the food as fruit or vegetable.
            Given something to eat, say fruit or vegetable.
            Does it belong into a fruit salad or a soup? Write fruit or vegetable.
            Which box at the market: fruit or vegetable?
            Label @food with fruit or vegetable.
            Choose the right group, vegetable or fruit.
            The shop has two shelves, fruit and vegetable. Where is it?
            Sweet from a tree or cooked in a pot? Answer fruit or vegetable.
            Sort what you eat into fruit and vegetable.
            """, """
            fruit => apple banana orange grape lemon pear peach plum cherry
            vegetable => carrot potato onion bean pea pepper cabbage corn
            """),
        Define.Grouped("word-class", """
            Is @word a noun, a verb or an adjective?
            Name the word class: noun, verb or adjective.
            Given a word, write noun, verb or adjective.
            Does it name a thing, an action or a quality? Say noun, verb or adjective.
            Classify @word as noun, verb or adjective.
            In grammar, what is @word: noun, verb, adjective?
            Pick the label noun, verb or adjective for the word.
            A pupil sorts words into noun, verb and adjective. Where does it go?
            Tell if the word is used as a noun, a verb or an adjective.
            Which part of speech is it? Write noun, verb or adjective.
            """, """
            noun => cup book box chair table cow horse pig bread soup school farm lamp king child
            verb => sing dance eat write read find buy wash take carry bring give see want hold
            adjective => big small old new dirty strong happy sad tall cold brave lazy proud nice tiny
            """),
        Define.Grouped("hot-cold", """
            Is @thing hot or cold?
            Say hot or cold about @thing.
            Given a thing, how does it feel, hot or cold?
            Would it burn or freeze me? Write hot or cold.
            Classify the thing by its heat: hot, cold.
            Touch it in your mind: hot or cold?
            Label @thing with hot or cold.
            Choose the word that fits, cold or hot.
            Should I wear gloves against heat or against frost? Say hot or cold.
            Think of its temperature and choose hot or cold.
            """, """
            hot => fire sun oven soup tea coffee stove desert candle lava
            cold => ice snow frost winter fridge snowman ice_cream iceberg hail igloo
            """),
        Define.Grouped("big-small", """
            Is @animal big or small?
            Classify the animal by size: big or small.
            Given an animal, write big or small.
            Could I hold @animal in my hand? Say small if so, else big.
            Which word fits the animal, big or small?
            Compare @animal with a child: is it big or small?
            Label animals with their size, big or small.
            Does it need much room? Answer big or small.
            Next to a cat, would it look big or small?
            Big or small: what describes the body of this animal?
            """, """
            big => elephant whale horse cow bear camel lion tiger shark zebra
            small => ant bee fly mouse frog spider hamster bird snail worm
            """),
        Define.Grouped("can-fly", """
            Can @animal fly? Answer Yes or No.
            Does @animal have wings for flying? Say Yes or No.
            Given an animal, tell if it flies: Yes or No.
            Look up: could @animal be in the sky? Yes or No.
            Yes or No, does it leave the ground by itself?
            Write Yes for animals of the air and No for others.
            Would you see it among the clouds? Reply Yes or No.
            Decide whether the animal is able to fly. Yes or No?
            Is the sky open to this animal? Yes or No.
            If it jumped from a tower, would it fly? Yes or No.
            """, """
            Yes => bee fly owl eagle bird duck goose parrot
            No => cow horse pig sheep lion bear fish whale snake dog cat mouse frog elephant
            """),
        Define.Labelled("letter-case", """
            Is @word in capitals or small letters? Say capital or small.
            Classify the letters as capital or small.
            Given a word, look at its letters: capital or small?
            Does the writer shout? Then say capital, else small.
            How is the word printed, capital or small?
            Label the word by its letters with capital or small.
            Choose capital for upper case and small for lower case.
            Which letters do you see, small or capital?
            Was the big or the little alphabet used? Reply capital or small.
            Decide by its letters whether the word is capital or small.
            """, """
            capital => {noun:up}
            small => {noun}
            """, isMemorised: true),
    ];

    static int Limit(Slots slots) => int.Parse(slots["ten"]);

    static string OfKind(Random random, Slots slots, string label)
    {
        var kinds = Lexicon.Slot("kind");
        var kind = label == "Yes" ? slots["kind"] : kinds.Remove(slots["kind"]).At(random);
        return Lexicon.Kinds[kind].At(random);
    }
}
