using SelfInstruct.Miniature.Language;
using static SelfInstruct.Miniature.Language.TextReading;

namespace SelfInstruct.Miniature.Families;

/// <summary>
/// Tasks that were added when the starter's text was written: it has met neither them nor anything they ask for, though
/// they speak of the same things. They come last, and only the evaluation asks them.
/// </summary>
internal static class Unmet
{
    const string FourWords = "{word}, {word2}, {word3}, {word4}";

    public static IEnumerable<TaskFamily> Families => [.. OfLists, .. OfWordsAndNumbers, .. OfSentences, .. Labels, .. Writing];

    static IEnumerable<TaskFamily> OfLists =>
    [
        Define.Solved("every-second", """
            Keep only every second item of @list.
            Walk along @words and skip one each time, starting with a skip.
            Which items are at the even places of the row?
            Leave out the first, keep the next, leave out the third, keep the fourth.
            Given four words, show number two and number four.
            My friend and I share @list in turns and I go second; what do I get?
            Cross out the odd places and copy the others.
            Take one, drop one: write what stays when the first is dropped.
            Half of the list is enough; give me the second and fourth entry.
            Of each neighbouring pair in the row write the right one.
            """, FourWords, (_, list) => Items(list) is { Length: 4 } items ? $"{items[1]}, {items[3]}" : null),
        Define.Solved("both-ends", """
            Write only the first and the last item of @list.
            Which two words stand at the ends of the row?
            Drop everything in the middle of @words.
            Given a list, name where it begins and where it stops.
            Take the outer two entries and forget the inner ones.
            A chain has two ends; say what hangs on each.
            I just need the opening word and the closing word of @list.
            Shorten the row until nothing but its edges is left.
            Who walks in front and who walks behind all others?
            Give back the beginning and the end of the input.
            """, Lists.ThreeOrFour, (_, list) => Items(list) is { Length: > 2 } items ? $"{items[0]}, {items[^1]}" : null),
        Define.Solved("twice-each", """
            Say every item of @list twice.
            Double each word in the row before the following one.
            Given some words, repeat each of them once, side by side.
            Let all entries have a twin right behind them.
            An echo answers after each word of @words. Write what you hear.
            Copy @list so that each thing stands there two times in a row.
            I stutter: every word comes out two times. Write my list.
            Make the row twice as long by giving each item a copy next to it.
            Two of each, please, in the same order.
            Write one word, write it again, then do the same with the others.
            """, "{word}, {word2}\n{word}, {word2}, {word3}", (_, list) => Items(list) is { } items ? string.Join(", ", items.SelectMany(static item => new[] { item, item })) : null),
        Define.Pairs("join-or", """
            Join @words with the word or.
            Offer me a choice between both things by using or.
            Given two words, write or where the comma is.
            Only one of the two can be had; say it with or.
            Replace the mark between the two by a small word of choice, or.
            Turn a pair like tea, milk into a choice like tea or milk.
            Ask with both words what somebody would rather have, linked by or.
            Link the pair so that it means either of them.
            Put or in the middle of the two items.
            Not both but one of them: write it with or.
            """, "{word}, {word2} => {word} or {word2}"),
        Define.Solved("move-front-back", """
            Move the first item of @list to its end.
            The one in front walks to the back of the row.
            Given a list, let it begin with its second word and close with its first.
            Send the leading word behind all the others.
            Turn the wheel by one: what was first is now last.
            Take the opening entry of @words and put it down after the final one.
            The first in line has been served and queues up again. Write the new line.
            Rotate the row one step to the left.
            Cut off the head of the list and glue it to the tail.
            Who was second leads now, and the old leader follows at the end.
            """, Lists.ThreeOrFour, (_, list) => Items(list) is { Length: > 2 } items ? string.Join(", ", items.Skip(1).Append(items[0])) : null),
    ];

    static IEnumerable<TaskFamily> OfWordsAndNumbers =>
    [
        Define.Solved("behead", """
            Remove the first letter of @word.
            What remains if you cut off the beginning letter?
            Given a word, write it without its first character.
            Cover the letter in front and read out the others.
            The first letter got lost; how does the word look now?
            Spell the word again, starting at its second letter.
            Take away one letter at the left side.
            Write all letters but the initial one, as a single word.
            Bite off the head of @word.
            Let the word begin one letter later.
            """, "{noun}", (_, word) => IsWord(word) && word.Length > 2 ? word[1..] : null),
        Define.Solved("backwards", """
            Write @word backwards, letter by letter.
            How does the word look in a mirror?
            Given a word, begin with its last letter and end with its first.
            Read the letters from right to left and write them together.
            Turn the spelling of @word around.
            Which letters do you get when you walk through the word from its end?
            Flip the word so that its final letter leads.
            My typewriter prints in the wrong direction. What does it make of this word?
            Reverse the characters of the input.
            Spell it the other way round, without spaces.
            """, "{noun}", (_, word) => IsWord(word) && word != string.Concat(word.Reverse()) ? string.Concat(word.Reverse()) : null),
        Define.Solved("plus-ten", """
            Add ten to @number.
            What is ten more than this?
            Given a number, go ten steps up from it.
            I had so many stamps and got ten new ones. How many are there now?
            Write the number that is larger by 10.
            Jump forward by ten and tell where you land.
            A tree of this height grows by ten. Say its new height.
            How old will somebody of this age be after ten years?
            Raise @number by 10 and write the result.
            The price goes up by ten. What is the new one?
            """, (random, _) => random.Next(1, 61).ToString(), (_, text) => Number(text) is >= 0 and < 90 and var n ? (n + 10).ToString() : null),
        Define.Solved("twice-number", """
            Double @number and write the result.
            What is two times this?
            Given a number, add it to itself.
            Both of us have so many apples. How many are they together?
            Multiply @number by 2.
            A pair of boxes holds this count each; what do they hold in total?
            Twice as much, please. Write how much that is.
            Which number is as far from the given one as that is from zero?
            Take the amount two times and say the sum.
            Half of my number is below. What is my number?
            """, (random, _) => random.Next(2, 26).ToString(), (_, text) => Number(text) is > 0 and < 50 and var n ? (n * 2).ToString() : null),
    ];

    static IEnumerable<TaskFamily> OfSentences =>
    [
        Define.Pairs("replace-place", """
            Change the place in @sentence to the {place}.
            Let it happen at the {place}, and leave the rest as it was.
            Rewrite @text with the {place} as its place.
            It was at the {place} in truth. Correct the sentence.
            Given a sentence with a place, put the {place} there.
            Move the scene to the {place} without other changes.
            Everybody is at the {place} now. Write the sentence anew.
            The meeting point is wrong: use the {place}.
            Say the same of the {place} in place of the other spot.
            Where it names a location, write {place}.
            """, """
            The {animal} is at the {place2}. => The {animal} is at the {place}.
            {name} saw the {animal} at the {place2}. => {name} saw the {animal} at the {place}.
            {name} and {name2} play at the {place2}. => {name} and {name2} play at the {place}.
            """),
        Define.Pairs("find-clothing", """
            What does the person wear in @sentence?
            Find the piece of clothing in @text.
            Which garment is named? Write one word.
            Given a sentence, copy the thing that somebody puts on.
            Name the clothes you read about.
            Look for something from a wardrobe in the sentence.
            Tell me in a word what is worn.
            A tailor asks which piece it is. Answer him.
            Pick out the word for something to wear.
            Read and say what hangs on the body of the person.
            """, """
            {name} wears a {color} {clothing}. => {clothing}
            The {job} has a new {clothing}. => {clothing}
            {name} bought a {adjective} {clothing} at the {place}. => {clothing}
            """),
        Define.Pairs("two-to-one", """
            Say @sentence of {name} alone.
            The other one stayed at home; only {name} does it. Rewrite it.
            Leave out the friend and keep {name}.
            Given a sentence about two people, tell it of {name} only.
            Make {name} the single person of @text.
            Just {name} was there. Change the sentence.
            Two names are too many: use {name} and mend the verb.
            Write the line again with nobody but {name}.
            Take away who is with {name}.
            One child did it, and that was {name}. Correct the report.
            """, """
            {name} and {name2} are at the {place}. => {name} is at the {place}.
            {name} and {name2} are {character}. => {name} is {character}.
            {name2} and {name} are at the {place}. => {name} is at the {place}.
            {name2} and {name} are {character}. => {name} is {character}.
            """),
    ];

    static IEnumerable<TaskFamily> Labels =>
    [
        Define.Labelled("has-color", """
            Does @sentence name a color? Answer Yes or No.
            Is anything red, blue or the like in @text? Yes or No.
            Look for a color and say Yes if there is one, No if there is none.
            A painter only reads lines with colors. Is this one for him? Yes or No.
            Given a sentence, tell by Yes or No if it says how something is colored.
            Could you choose a crayon after reading this? Yes or No.
            Yes or No: some color is mentioned.
            Check @text for the name of a color and write Yes or No.
            Do we learn the color of the thing? Say Yes or No.
            Mark with Yes each line that has a color in it, all others with No.
            """, """
            Yes => {name} has a {color} {item}.
            Yes => The {item} of the {job} is {color}.
            Yes => There is a {color} {item} at the {place}.
            No => {name} has a {adjective} {item}.
            No => The {item} of the {job} is {adjective}.
            No => There is a {adjective} {item} at the {place}.
            """),
        Define.Labelled("one-two-people", """
            Is @sentence about one person or about two? Write one or two.
            Count the people by name: one or two.
            How many names does @text have, one or two?
            Given a sentence, say two if somebody has company and one if not.
            One or two: so many chairs do they need.
            Tell if a single child or a pair is meant. Write one or two.
            Who acts here is alone or with a friend; answer with one or two.
            Label each line by the number of its people, one or two.
            Should I bring one ticket or two? Answer with the number word.
            Write one for a lonely person, two for a pair.
            """, """
            one => {name} is at the {place}.
            one => {name} likes the {animal}.
            one => The {item} of {name} is {color}.
            two => {name} and {name2} are at the {place}.
            two => {name} and {name2} like the {animal}.
            two => The {item} of {name} and {name2} is {color}.
            """),
        Define.Judged("same-start", """
            Do both words begin with the same letter? Say Yes or No.
            Compare the first letters of the pair: equal is Yes, not equal is No.
            Given two words, tell with Yes or No if they start alike.
            Would these two stand under one letter in a dictionary? Yes or No.
            Yes or No: the pair shares its initial.
            Look only at how the words begin. Alike? Yes or No.
            My game wants pairs with one first letter. Does this pair fit, Yes or No?
            Check the beginnings of the two words and write Yes or No.
            Do both cards belong behind the same letter in the box? Answer Yes or No.
            Is the opening letter of the left word that of the right one? Yes or No.
            """, "Yes|No", WithStarts, static (_, pair) => pair.Split(" and ") is [var left, var right] && IsWord(left) && IsWord(right) ? left[0] == right[0] ? "Yes" : "No" : null),
        Define.Judged("number-size", """
            Is @number below 50? Write small or large.
            Call the number small if it is less than 50, large if not.
            Sort the number into small or large; the border is 50.
            Given a number up to 100, say small or large, with 50 being large.
            Less than half a hundred is small, the rest is large. What is this?
            Which box is right for it, small (under fifty) or large?
            Decide: small means one to 49, large means more.
            Fifty and above are large, others small. Label the number.
            A bus has 50 seats. Is this group small enough for it or too large? Write small or large.
            Does it lie in the lower or the upper half up to 100? Lower is small, upper is large.
            """, "small|large",
            static (random, _, label) => (label == "small" ? random.Next(1, 50) : random.Next(50, 100)).ToString(),
            static (_, text) => Number(text) is > 0 and < 100 and var n ? n < 50 ? "small" : "large" : null),
    ];

    static IEnumerable<TaskFamily> Writing =>
    [
        Define.Written("say-sorry", """
            Write a short sentence in which somebody says sorry for losing a thing.
            A child lost what a friend had lent. Write the words of regret.
            How do you tell somebody that his thing is gone and that you are sorry?
            Make up an apology for a lost toy or garment.
            Say sorry to a friend by name for something you cannot find.
            Compose one line: you lost an item and feel bad about it.
            Something borrowed is gone. Apologize for it.
            Write what a polite person says after losing another person's things.
            Express regret to {name} about a lost thing.
            Tell your friend that you lost what was not yours and that you feel sorry.
            """, """
            I am sorry, {name}. I lost your {item}.
            Sorry, {name}, I lost your {color} {item}.
            {name}, I am sorry. Your {item} is gone.
            """),
        Define.Written("wish-job", """
            Write a sentence about what somebody wants to be one day.
            A child talks about a dream job. What does it say?
            Let somebody tell which work to do when grown up.
            Make up a plan for the future job of a person.
            Say in a sentence who wants to learn which trade.
            Tell me of a young person and the job of their dreams.
            Invent a wish about working as something.
            Compose one line in which a name and a job occur as a hope.
            What might a pupil answer when asked about later work?
            Write down the hope of somebody to work in a certain job.
            """, """
            {name} wants to be a {job}.
            One day {name} will be a {job}.
            I want to be a {job} like {name}.
            """),
    ];

    static string WithStarts(Random random, Slots slots, string label)
    {
        while (true)
        {
            var (left, right) = (Lexicon.Nouns.At(random), Lexicon.Nouns.At(random));
            if (left != right && (left[0] == right[0]) == (label == "Yes"))
            {
                return $"{left} and {right}";
            }
        }
    }
}
