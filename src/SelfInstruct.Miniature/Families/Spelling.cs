using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Families;

/// <summary>Letters of words, and the forms of words.</summary>
internal static class Spelling
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Solved("letter-at-end", """
            What is the {end} letter of @word?
            (Write|Give|Tell me) only the {end} letter that you find in @word.
            (Which|What) letter comes {end} in @word?
            Read @word and write down its {end} letter.
            Given a word, (find|give|output) its {end} letter.
            I have a word; which letter is at the {end} place in it?
            You will see a word. Name the letter in the {end} position.
            Look at how @word is spelled and copy its {end} letter.
            When you spell @word, with which letter do you come {end}?
            For each word, return the {end} letter and nothing else.
            """, "{noun}", (slots, word) => !TextReading.IsWord(word) ? null : slots["end"] == "first" ? word[..1] : word[^1..]),
        Define.Pairs("count-letters", """
            How many letters are (there |)in @word?
            Count the letters of @word.
            Given a single word, (say|tell|write) its number of letters.
            I give you a word; tell me how long it is.
            (Find|Work out) the length of @word in letters.
            Spell @word in your head and count every letter.
            Of how many letters is @word made?
            Write a number that says how many letters @word has.
            You will read one word. Your answer is its letter count.
            For the word below, give the total number of letters.
            """, """
            {noun} => {noun:length}
            {adjective} => {adjective:length}
            """),
        Define.Pairs("spell-out", """
            Spell @word with a space between the letters.
            (Write|Put) the letters of @word one by one.
            Break @word into single letters.
            How do you spell @word, letter by letter?
            Given a word, separate all of its letters with spaces.
            Take the word apart and show every letter on its own.
            I do not know how to spell @word; help me, one letter at a time.
            Say each letter in @word slowly, from start to end.
            Put a space after every letter of @word.
            You will see a word. Split it up into its letters.
            """, """
            {noun} => {noun:spelled}
            """, isMemorised: true),
        Define.Pairs("capitals", """
            Write @word in (capital|big) letters.
            Change every letter of @word to a capital.
            Given a small word, make all of its letters big.
            Turn @word into upper case.
            I want to shout @word; write it with capital letters only.
            How does @word look in capitals?
            (Print|Show) the same word, but use only big letters.
            Make a loud sign that says @word in upper case letters.
            Take @word and replace its small letters by capital ones.
            Rewrite the input word so that no letter is small.
            """, """
            {noun} => {noun:up}
            """, isMemorised: true),
        Define.Pairs("small-letters", """
            Write @word in small letters.
            The word is in capitals; make every letter small.
            Turn @word into lower case.
            Someone wrote a word in big letters. Write it in little ones.
            Change all the capital letters in @word to small letters.
            How does this loud word look in lower case?
            Given a word in upper case, return it in lower case.
            Make @word quiet by using no capital letters.
            Rewrite a word that is all capitals with small letters.
            Take the shouted word and write it softly in small letters.
            """, """
            {noun:up} => {noun}
            """, isMemorised: true),
        Define.Solved("repeat-word", """
            (Write|Say) @word {times} times.
            Repeat @word until it stands there {times} times.
            Given a word, print it {times} times in a row.
            I want to see @word {times} times with spaces between.
            Copy @word so that you have it {times} times.
            Say the same word again and again, {times} times in all.
            Fill one line with {times} copies of @word.
            Can you write @word exactly {times} times?
            Make a row of {times} equal words from @word.
            Take one word and put it down {times} times.
            """, "{noun}", (slots, word) => TextReading.IsWord(word) ? string.Join(' ', Enumerable.Repeat(word, TextReading.NumberOf(slots["times"]))) : null),
        Define.Solved("plural", """
            (Write|Give) the plural of @word.
            Turn @noun into more than one.
            How do you write @noun when there are many of them?
            Here is one thing; name two or more of it.
            Given a noun for one thing, give the word for several.
            I have one of these, but my friend has many. Write the word for many.
            Change @noun from one to many.
            Put @word in the plural form.
            One of them is not enough: make @noun plural.
            Which form of @noun would you use after the word many?
            """, (random, _) => Changing.At(random), (_, word) => Changing.Contains(word) ? Forms.Plural(word) : null, isMemorised: true),
        Define.Solved("singular", """
            (Write|Give) the singular of @word.
            The word below means many things; write the word for just one.
            Turn a plural word into the word for one.
            How do you call only one of @things?
            Given a noun in the plural, say its singular form.
            Make one out of many: change @noun to a single thing.
            I had several of these and now I have one. What is the word?
            Take the plural noun and remove the plural form.
            Which word do you use if there is one and not many?
            From many to one: rewrite @noun.
            """, (random, _) => Forms.Plural(Changing.At(random)), (_, word) => Changing.FirstOrDefault(one => Forms.Plural(one) == word), isMemorised: true),
        Define.Solved("past-form", """
            (Write|Give) the past form of @verb.
            Put @verb into the past tense.
            How do you say @verb if it happened yesterday?
            Today we do it; yesterday we did. Change the verb in this way.
            Given a verb, return its past tense.
            What does @verb become when the story is over?
            Make the action below a thing of the past.
            I do it every day. Which word tells that I already did it?
            Which form of @verb goes with the word yesterday?
            Change a verb of today into a verb of last week.
            """, (random, _) => Facts.TellablePasts.At(random), (_, verb) => Facts.TellablePasts.Contains(verb) ? Forms.Past(verb) : null, isMemorised: true),
        Define.Solved("present-form", """
            Give the base form of @verb, which is in the past.
            A verb is written in the past tense; bring it back to the present.
            From which verb does @word in the past come?
            We did it yesterday. What is the verb if we do it now?
            Find the present form that belongs to a past verb.
            Take the past away and write the plain verb.
            Change @verb from yesterday to today.
            Undo the past tense of @verb.
            Which plain verb hides behind this past form?
            You will see what somebody did; write the verb for doing it today.
            """, (random, _) => Forms.Past(Facts.TellablePasts.At(random)), (_, past) => Facts.TellablePasts.FirstOrDefault(verb => Forms.Past(verb) == past), isMemorised: true),
        Define.Pairs("ing-form", """
            Add ing to @verb in the right way.
            (Write|Give) the ing form of @verb.
            What is somebody doing who does @verb right now?
            Change a verb so that it ends in ing.
            Tom is busy with an action; write @verb as he is doing it.
            Given a plain verb, write the form that shows it is going on.
            Make @verb continuous, as in reading or eating.
            How does @verb end after the words I am?
            Finish the phrase we are with the correct form of @verb.
            Turn the action below into its ing word.
            """, """
            {verb} => {verb:ing}
            {move} => {move:ing}
            {act} => {act:ing}
            """, isMemorised: true),
        Define.Pairs("third-person", """
            Write @verb as it is used after he or she.
            I do it and she does it too: give the verb for she.
            How does @verb change if only one other person does it?
            Put @verb in the third person.
            Given a verb, write the form that follows the word he.
            Which form of @verb fits a sentence about my sister?
            Change the verb for I into the verb for he.
            Add the ending that @verb needs after a name like Tom.
            Make @verb agree with the word she.
            Let one person do it every day: which form of @verb is right?
            """, """
            {verb} => {verb:s}
            {move} => {move:s}
            {act} => {act:s}
            """, isMemorised: true),
        Define.Pairs("comparative", """
            Write the comparative of @adjective.
            One is this, but the other is more so: give the form with er.
            How do you compare two things with @adjective?
            Given an adjective, give the word that means more of it.
            Which form of @adjective stands before the word than?
            Turn cold into colder, and @adjective in the same way.
            Make @adjective stronger by adding er.
            My box is this; yours is even more. Change the adjective.
            Find the form of @word that compares one thing with another.
            Use @adjective to compare: write only the changed word.
            """, """
            {measure} => {measure:er}
            """, isMemorised: true),
        Define.Pairs("superlative", """
            Write the superlative of @adjective.
            Nobody is more so than this one: give the est form.
            What do you call the one that has the most of @adjective?
            Change old to oldest, and @adjective likewise.
            Given an adjective, give the word for the top of all.
            Which form of @adjective follows the word the?
            In the whole world no thing beats it; write @adjective in that form.
            Add est to @adjective and spell it correctly.
            Turn @adjective into its strongest form.
            A prize goes to the winner: write @word as a prize name.
            """, """
            {measure} => {measure:est}
            """, isMemorised: true),
    ];

    // A sheep and many sheep: an output that equals its input is no example.
    static readonly ImmutableArray<string> Changing = [.. Facts.Countables.Where(noun => Forms.Plural(noun) != noun)];
}
