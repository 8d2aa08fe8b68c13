using SelfInstruct.Miniature.Language;
using static SelfInstruct.Miniature.Language.TextReading;

namespace SelfInstruct.Miniature.Families;

/// <summary>Reads, mends and joins sentences.</summary>
internal static class Sentences
{
    /// <summary>Plain sentences of the world.</summary>
    public const string Plain = """
        {name} has a {color} {item}.
        {name} {verb:s} the {adjective} {noun}.
        The {adjective} {animal} is at the {place}.
        {name} went to the {place} with {name2}.
        {name} eats {food:eaten} and {meal}.
        The {animal} and the {animal2} are {character}.
        {name} saw a {color} {item} at the {place}.
        {name} {act:s} in the {area}.
        """;

    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Solved("word-at-end", """
            What is the {end} word of @sentence?
            (Copy|Write) only the {end} word from @sentence.
            Given a sentence, return the word that comes {end}.
            Which word stands {end} in @text?
            Read @sentence and tell me its {end} word without any mark.
            I need just one word, the {end} of @sentence.
            Find the word at the {end} place in @sentence.
            Show the {end} word and hide all the others.
            Look at the words of a sentence; pick the {end}.
            Between the first and the last word of @text, choose the {end}.
            """, Plain, (slots, sentence) => Words(sentence) is [_, .., _] words ? slots["end"] == "first" ? words[0] : words[^1] : null),
        Define.Solved("count-words", """
            How many words (are in|has) @sentence?
            Count the words of @sentence.
            Given a sentence, write its length in words.
            Tell me the number of words that you read.
            Say with a number how many words there are in @text.
            I must write a short text. Of how many words is this one made?
            Go from word to word and count.
            Report the word count of the sentence.
            Put a finger on each word: how many is it in the end?
            Find how long @sentence is, in words.
            """, Plain, (_, sentence) => Words(sentence) is [_, _, ..] words ? words.Length.ToString() : null),
        Define.Pairs("end-mark", """
            Add the right mark at the end of @sentence.
            The last sign is missing; is it a full stop or a question mark? Write it all.
            Finish @sentence with a period or a question mark.
            Given words without a mark, end them correctly.
            Put the punctuation where it is missing.
            A pupil forgot the sign at the end. Correct the line.
            Copy @text and close it with the mark that it needs.
            Should a period or a question mark stand at the end? Write the full sentence.
            Repair the punctuation of @sentence.
            Something is lacking after the last word; add it.
            """, """
            Where is the {noun} => Where is the {noun}?
            Who has the {item} => Who has the {item}?
            What does {name} {verb} => What does {name} {verb}?
            The {noun} is at the {place} => The {noun} is at the {place}.
            {name} {verb:s} the {noun} => {name} {verb:s} the {noun}.
            """),
        Define.Pairs("capital-start", """
            Begin @sentence with a capital letter.
            The first letter should be big. Correct it.
            Given a sentence that starts small, start it properly.
            Fix the beginning of @sentence.
            Make only the first letter a capital and leave the rest.
            My keyboard wrote a little letter at the start; write it right.
            What is wrong with the first word? Mend it.
            Sentences open with a big letter. Do this for @text.
            Change the lower case letter that comes first.
            Write the line as a teacher would like it, with a capital.
            """, """
            the {noun} is at the {place}. => The {noun} is at the {place}.
            we {verb} the {adjective} {item}. => We {verb} the {adjective} {item}.
            my {item} is {color}. => My {item} is {color}.
            she {act:s} in the {area}. => She {act:s} in the {area}.
            """),
        Define.Pairs("plural-subject", """
            Make the subject of @sentence plural.
            Not one but many: rewrite @sentence.
            Given a sentence about one thing, tell it of more than one.
            Change is to are and the noun with it.
            There are several of them. Say so in @text.
            Turn a single animal or thing into a group.
            How would you write it if there were lots of them?
            Let the sentence speak of many, with the right verb.
            One becomes more: correct both noun and verb.
            Use the plural of what @sentence is about.
            """, """
            The {item} is {adjective}. => The {item:plural} are {adjective}.
            The {farmanimal} is in the {area}. => The {farmanimal:plural} are in the {area}.
            The {fruit} is {color}. => The {fruit:plural} are {color}.
            """),
        Define.Pairs("join-people", """
            Join @sentences into one with and.
            Two people do the same; say it in one sentence.
            Make a single sentence about both persons.
            Given two short sentences, combine their names.
            Tell it shorter, since both do the same thing.
            Why say it twice? Write it once for the two of them.
            Link the two names with and, and use are.
            Put the friends together in a sentence.
            One sentence is enough; merge @sentences.
            Both are alike, so speak of them together.
            """, """
            {name} is {character}. {name2} is {character}. => {name} and {name2} are {character}.
            {name} is at the {place}. {name2} is at the {place}. => {name} and {name2} are at the {place}.
            {name} is {feeling}. {name2} is {feeling}. => {name} and {name2} are {feeling}.
            """),
        Define.Pairs("merge-facts", """
            Combine two facts about a thing into one sentence.
            Put the color of the second sentence into the first.
            Given what somebody has and how it looks, say both at once.
            Make @text shorter without losing a fact.
            Write one sentence that tells the thing and its color.
            Two sentences are too many; pack all into one.
            Describe the thing in the same sentence where it is named.
            Move the last word in front of the noun of the first sentence.
            Sum up both sentences in a single one.
            What does the person have? Say it with all that you know.
            """, """
            {name} has {item:a}. The {item} is {color}. => {name} has a {color} {item}.
            {name} {verb:s} the {item}. The {item} is {color}. => {name} {verb:s} the {color} {item}.
            """),
        Define.Pairs("swap-names", """
            Swap the two names in @sentence.
            Let the two people change their roles.
            Given a sentence with two persons, tell it the other way round.
            The one who does it and the one who gets it should change places.
            It was just the reverse: exchange who and whom.
            Mix up the persons by writing each name where the other was.
            Who helps whom? Turn it around.
            Give the first name the place of the second.
            Rewrite @text so that the last person acts first.
            Change only the places of both names.
            """, """
            {name} helps {name2}. => {name2} helps {name}.
            {name} calls {name2}. => {name2} calls {name}.
            {name} gave {name2} {item:a}. => {name2} gave {name} {item:a}.
            {name} went to the {place} with {name2}. => {name2} went to the {place} with {name}.
            """),
        Define.Pairs("tell-about", """
            Say @sentence about {name} instead of yourself.
            It is {name} who speaks; tell it as a story about {name}.
            Change I to {name} and mend the verb.
            Given words of {name}, report them to others.
            Who says this? It is {name}. Write it without I.
            Turn my sentence into one about {name}.
            Let {name} do what I say I do.
            Make it a sentence on {name}, in the third person.
            My friend {name} is the same. Write the sentence for {name}.
            Take out I and put in {name}.
            """, """
            I {verb} the {noun}. => {name} {verb:s} the {noun}.
            I {act} at the {place}. => {name} {act:s} at the {place}.
            I am {feeling}. => {name} is {feeling}.
            """),
        Define.Pairs("use-pronoun", """
            Replace the name in @sentence with he or she.
            Do not say the name; use a short word for the person.
            Given a sentence with a name, put a pronoun there.
            Is it he or she? Write the sentence with that word.
            We know the person already, so say he or she.
            Choose the right pronoun for the name below.
            Hide who it is by writing he or she.
            Speak of the same boy or girl with no name.
            Write a pronoun where the name is.
            Turn the name into a pronoun and copy the rest.
            """, """
            {boy} {verb:s} the {noun}. => He {verb:s} the {noun}.
            {girl} {verb:s} the {noun}. => She {verb:s} the {noun}.
            {boy} is at the {place}. => He is at the {place}.
            {girl} is at the {place}. => She is at the {place}.
            """),
        Define.Pairs("make-polite", """
            Make @request polite with the word please.
            Say it in a nicer way by adding please.
            Given a command, turn it into a kind wish.
            The boss speaks too roughly; make him friendly.
            Begin with please and keep the rest.
            How would a polite child ask for this?
            Soften the order below.
            My grandmother wants to hear please. Say it again.
            Change the command so that nobody feels hurt.
            Add the magic word at the front.
            """, """
            Give me the {item}. => Please give me the {item}.
            Bring the {food:eaten}. => Please bring the {food:eaten}.
            Clean the {item}. => Please clean the {item}.
            Take the {animal} to the {place}. => Please take the {animal} to the {place}.
            Wait at the {place}. => Please wait at the {place}.
            """),
        Define.Pairs("fix-article", """
            Correct the little word a or an in @sentence.
            Is it a or an? Write the sentence as it should be.
            Given a sentence with one mistake, repair the article.
            The article does not fit the noun. Fix it.
            A learner mixed up a and an; help him.
            Find the error before the noun and rewrite the line.
            Make @text right: think of the sound after a or an.
            One small word is wrong. Which? Give the whole correct sentence.
            Teach me when to write an by mending my sentence.
            Mend the grammar of @sentence.
            """, """
            {name} has a apple. => {name} has an apple.
            {name} has a orange. => {name} has an orange.
            {name} saw a owl. => {name} saw an owl.
            {name} saw a elephant at the {place}. => {name} saw an elephant at the {place}.
            {name} found a egg in the {area}. => {name} found an egg in the {area}.
            {name} has an {item}. => {name} has a {item}.
            {name} saw an {farmanimal} at the {place}. => {name} saw a {farmanimal} at the {place}.
            """),
        Define.Pairs("title", """
            Write a title for @story.
            How would you call the story about these two?
            Given a short tale, name it after its heroes.
            Find a good name for @story.
            My story has no heading yet; make one.
            Which words could stand on the cover of this little book?
            Think of a heading that tells who the story is about.
            Put the two heroes into a title.
            In a few words, what should @tale be called?
            Give the text below a headline with and.
            """, """
            The {animal} met a {color} {farmanimal}. They were friends. => The {animal} and the {farmanimal}
            {name} found {item:a} at the {place}. It was {adjective}. => {name} and the {item}
            {name} had {animal:a}. They went to the {place}. => {name} and the {animal}
            """),
        Define.Facts("fill-blank", """
            Fill in the blank.
            Which word is missing in @sentence?
            Complete the gap with one word.
            Given a sentence with a hole, say what belongs there.
            Write the word that should stand on the line.
            Somebody rubbed out a word; find it.
            What fits where you see the three strokes?
            Finish the fact with the missing piece.
            Say one word that makes @sentence true.
            Guess what was in the empty place.
            """, Facts.Missing),
    ];
}
