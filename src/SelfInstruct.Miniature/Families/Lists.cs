using SelfInstruct.Miniature.Language;
using static SelfInstruct.Miniature.Language.TextReading;

namespace SelfInstruct.Miniature.Families;

/// <summary>Tasks on a list of words with commas between.</summary>
internal static class Lists
{
    const string ThreeToFive = """
        {word}, {word2}, {word3}
        {word}, {word2}, {word3}, {word4}
        {word}, {word2}, {word3}, {word4}, {word5}
        """;

    internal const string ThreeOrFour = """
        {word}, {word2}, {word3}
        {word}, {word2}, {word3}, {word4}
        """;

    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Solved("item-at", """
            What is the {ordinal} (word|item) of @list?
            Pick the {ordinal} (word|thing) from @list.
            Given some words with commas, return the {ordinal} one.
            Which word stands at the {ordinal} place in @list?
            Copy only the {ordinal} item and leave the others out.
            A list is below. Show me what comes {ordinal}.
            From these words I need just the {ordinal}.
            (Read|Look through) the items and tell which is the {ordinal}.
            Choose the {ordinal} entry in @list.
            The words stand in a line. Who is {ordinal}?
            """, ThreeToFive, (slots, list) => Items(list) is { } items && Index(slots["ordinal"], items.Length) is { } at ? items[at] : null),
        Define.Solved("count-items", """
            How many words are in @list?
            Count the items of @list.
            Given words with commas between, say how many there are.
            Find the length of @list as a number.
            Write a number: how many things did I name?
            My shopping bag holds the things below; count them for me.
            Tell me the number of entries you see in @list.
            Is it a long list? Answer with the count of its words.
            Of how many parts is @list made?
            Go through the words one by one and report the total.
            """, ThreeToFive + "\n{word}, {word2}", (_, list) => Items(list)?.Length.ToString()),
        Define.Solved("reverse-list", """
            (Reverse|Turn around) the order of @words.
            Write @list backwards, last word first.
            Start at the end of @list and walk back to its beginning.
            Given a list, return the same words in the opposite order.
            Put the last item in front and the first one at the end, and so on.
            Which list do you get if you read @words from right to left?
            Flip the list so that its end becomes its start.
            The words stand in the wrong direction; turn the row around.
            Say all items again, but from the back to the front.
            Mirror the order of the words in the input.
            """, ThreeOrFour, (_, list) => Items(list) is { } items ? string.Join(", ", items.Reverse()) : null),
        Define.Solved("sort-words", """
            Sort @words in alphabetical order.
            Put @words in order from A to Z.
            Given three words, arrange them as in a dictionary.
            Which of @words comes first in the alphabet? Write all three in order.
            Order the items by their first letter.
            My words are mixed up; line them up by the alphabet.
            Write @list again so that it follows the ABC.
            A teacher wants the three words in the order of the alphabet.
            Rearrange the input alphabetically.
            Make an index: bring @words into alphabetical sequence.
            """, (random, _) => Unsorted(random), (_, list) => Items(list) is { } items ? string.Join(", ", items.Order(StringComparer.Ordinal)) : null),
        Define.Pairs("join-and", """
            Join @words with the word and.
            Write and between @words in place of the comma.
            Make one phrase out of two words by using and.
            Given two words, connect them with and.
            Take away the comma of the pair and link it with and.
            Two things belong together; say them with and in the middle.
            Turn a pair like cat, dog into a phrase like cat and dog.
            How do you say both words in one breath?
            Tie the two items together with a small joining word, and.
            Replace the comma below by and.
            """, "{word}, {word2} => {word} and {word2}"),
        Define.Solved("remove-item", """
            Remove the {ordinal} (word|item) from @list.
            Write @list without its {ordinal} word.
            Given some words, leave out the {ordinal} one.
            The {ordinal} item is not needed; give me the rest.
            Cross out the {ordinal} word and copy what remains.
            Take the {ordinal} thing away and show the list again.
            Which words are left if the {ordinal} one is gone?
            Delete the {ordinal} entry, but keep the order of the others.
            I do not want the {ordinal} of @words. Write the others.
            Drop whatever stands {ordinal} in the list.
            """, ThreeOrFour, (slots, list) => Items(list) is { } items && Index(slots["ordinal"], items.Length) is { } at
                ? string.Join(", ", items.Where((_, i) => i != at)) : null),
        Define.Pairs("remove-word", """
            Remove the word {noun} from @list.
            Write all of @words but not {noun}.
            No {noun}, please. Leave it out of @list.
            Given a list, delete {noun} wherever it stands.
            We have no {noun} today; write the list without it.
            Keep every item except {noun}.
            Take {noun} away and say which words remain.
            Cross out {noun} and copy the other words in order.
            What is left when you take {noun} out of the list?
            Clean up my list: {noun} should not be in it.
            """, """
            {noun}, {noun2}, {noun3} => {noun2}, {noun3}
            {noun2}, {noun}, {noun3} => {noun2}, {noun3}
            {noun2}, {noun3}, {noun} => {noun2}, {noun3}
            {noun2}, {noun}, {noun3}, {noun4} => {noun2}, {noun3}, {noun4}
            {noun2}, {noun3}, {noun}, {noun4} => {noun2}, {noun3}, {noun4}
            """),
        Define.Pairs("add-word", """
            Add the word {noun} to the end of @list.
            Put {noun} behind the last of @words.
            Given a list, make it one longer with {noun}.
            I forgot {noun:a}. Write the list again with it at the end.
            Please let {noun} be the last item.
            Copy @words and finish with {noun}.
            The list is not complete; {noun} must follow as the final word.
            Append {noun} after a comma.
            We also need {noun:a}, so write it after the other things.
            What does the list look like with {noun} added at its end?
            """, """
            {noun2}, {noun3} => {noun2}, {noun3}, {noun}
            {noun2}, {noun3}, {noun4} => {noun2}, {noun3}, {noun4}, {noun}
            """),
        Define.Pairs("add-front", """
            Put the word {noun} in front of @list.
            Begin the list with {noun} and then copy the rest.
            Let {noun} stand before all of @words.
            Given a few words, write {noun} first and then the others.
            A new first item comes in: it is {noun}.
            Most important of all is the {noun}; place it at the start of @list.
            Insert {noun} before the first word.
            What will the list be if {noun} joins at the beginning?
            Make {noun} number one and keep the old items after it.
            Start with {noun}, add a comma, and write what I gave you.
            """, """
            {noun2}, {noun3} => {noun}, {noun2}, {noun3}
            {noun2}, {noun3}, {noun4} => {noun}, {noun2}, {noun3}, {noun4}
            """),
        Define.Pairs("odd-one", """
            Which word (does not fit|does not belong)?
            Find the odd one out in @list.
            Three of @words are of one kind. Name the other one.
            Given four words, tell which is different from the rest.
            One item has nothing to do with the others; pick it.
            Look for the stranger among @words.
            Somebody put a wrong word into my list. Which one is it?
            Four things are named, but one is in the wrong group. Write it down.
            Tell me what should not stand in @list.
            Spot the word that breaks the pattern.
            """, OddOne("animal", "clothing") + OddOne("clothing", "animal") + OddOne("fruit", "toy") + OddOne("color", "animal") + OddOne("animal", "color") + OddOne("name", "place") + OddOne("toy", "fruit") + OddOne("place", "food")),
        Define.Pairs("repeated-word", """
            Which word is in @list two times?
            Find the word that appears twice in the list.
            One of @words is written again; name it.
            Given a list, tell which item is a repeat.
            I wrote something twice by mistake. What was it?
            Look for the double in @list.
            Two places in the list hold the same word. Say that word.
            Find the twins among @words and write one of them.
            All words but one are there only once. Which one is not?
            Spot the item I should delete, since it stands there already.
            """, """
            {noun}, {noun2}, {noun} => {noun}
            {noun}, {noun}, {noun2} => {noun}
            {noun2}, {noun}, {noun} => {noun}
            {noun2}, {noun}, {noun3}, {noun} => {noun}
            {noun}, {noun2}, {noun3}, {noun} => {noun}
            """),
        Define.Pairs("number-items", """
            Put a number in front of every item of @list.
            Number @words, starting with 1.
            Given three words, write 1, 2 and 3 before them.
            Turn @list into a list with numbers.
            Show the order of @words by giving each a number.
            Write the items as steps 1 to 3.
            Each word needs a number so that we can count them.
            Make a numbered list on one line.
            Which is 1, which is 2, which is 3? Write it next to the words.
            Label the three entries with their positions.
            """, "{word}, {word2}, {word3} => 1 {word}, 2 {word2}, 3 {word3}"),
        Define.Pairs("plural-list", """
            Make every word in @list plural.
            Write @words for more than one of each.
            There is one of each thing now. Write the list with many of each.
            Change each item from one to many.
            Given single things, name several of them all.
            Turn cat, hat into cats, hats, and do so with @list.
            The shop sells lots of these; put all the names in the plural.
            Give the plural form of each noun below.
            From one to many: rewrite the whole list.
            Each of @nouns should be plural, in the same order.
            """, """
            {item}, {item2} => {item:plural}, {item2:plural}
            {item}, {fruit}, {item2} => {item:plural}, {fruit:plural}, {item2:plural}
            {farmanimal}, {item} => {farmanimal:plural}, {item:plural}
            """),
        Define.Pairs("list-sentence", """
            Make one sentence that names all of @things.
            Write a sentence which says that you see everything in the list.
            Use @words in a sentence that begins with I see.
            Given three nouns, tell in a full sentence that you see them.
            What do you see? Answer with a complete sentence from the list.
            Turn a dry list into a real sentence.
            The words name what stands before me; say it as a sentence.
            Put all three of @nouns into a single sentence with and.
            Do not write a list; write a sentence with the same things.
            Build a sentence around @things that starts with I see.
            """, "{noun}, {noun2}, {noun3} => I see {noun:a}, {noun2:a} and {noun3:a}."),
        Define.Pairs("pick-animal", """
            Which animal is in @list?
            Find the only animal among @words.
            Given a list of things, pick the one that is alive.
            One of @items can walk, swim or fly by itself. Which one?
            Pull the animal out of the list and write it alone.
            Someone hid an animal between things; name it.
            Read @list and report the animal in it.
            Not all of the items are things. Which is an animal?
            Tell me who in the list could be at the zoo or on a farm.
            Choose the word for a living creature.
            """, """
            {animal}, {item}, {item2} => {animal}
            {item}, {animal}, {item2} => {animal}
            {item}, {item2}, {animal} => {animal}
            {item}, {color}, {animal}, {item2} => {animal}
            """),
        Define.Pairs("pick-food", """
            Which of @things can you eat?
            Find the food in @list.
            I am hungry; choose the right word from the list.
            Given a list of things, return only what is food.
            One item belongs on a plate. Name it.
            Pick out what a cook would take from @list.
            Only one of @words goes into the mouth. Write it.
            What in the list could be part of a meal?
            Take the eatable thing and forget the others.
            Look for something to eat among @items.
            """, """
            {food}, {item}, {item2} => {food}
            {item}, {food}, {clothing} => {food}
            {item}, {color}, {food} => {food}
            {item}, {item2}, {food}, {color} => {food}
            """),
        Define.Pairs("swap-words", """
            Swap the two words of the pair.
            Change the places of @words.
            Given a pair, write the second word first.
            Let the two items trade places.
            Exchange the left word with the right one.
            Which pair do you get when both words change seats?
            The pair is the wrong way round; put it right.
            Write the two things with the last before the first.
            First becomes second and second becomes first.
            Make a, b into b, a with the words below.
            """, "{word}, {word2} => {word2}, {word}"),
    ];

    static string OddOne(string kind, string other) => $$"""
        {{{kind}}}, {{{kind}}2}, {{{kind}}3}, {{{other}}} => {{{other}}}
        {{{kind}}}, {{{other}}}, {{{kind}}2}, {{{kind}}3} => {{{other}}}
        {{{kind}}}, {{{kind}}2}, {{{other}}}, {{{kind}}3} => {{{other}}}

        """;

    // Three words already in order would give an output equal to the input.
    static string Unsorted(Random random)
    {
        while (true)
        {
            var words = random.GetItems(Lexicon.Nouns.AsSpan(), 3);
            if (words.Distinct().Count() == 3 && !words.Order(StringComparer.Ordinal).SequenceEqual(words))
            {
                return string.Join(", ", words);
            }
        }
    }
}
