namespace SelfInstruct.Miniature.Families;

/// <summary>Changes one thing in a sentence and copies the rest.</summary>
internal static class Rewriting
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Pairs("he-to-she", """
            Rewrite @sentence with she instead of he.
            The sentence is about a boy; make it about a girl.
            Change he to she and his to her.
            Given a sentence about a man, tell the same of a woman.
            It was not Tom but Ann: correct the small words he and his.
            Let a girl do what the boy does in @sentence.
            How would you say this of your sister and not your brother?
            Make the person in @text female.
            Replace every word for a boy with the one for a girl.
            Now she does it, not he. Write it down.
            """, """
            He {verb:s} his {color} {item}. => She {verb:s} her {color} {item}.
            He is at the {place} with his {pet}. => She is at the {place} with her {pet}.
            He {verb:s} his {adjective} {item}. => She {verb:s} her {adjective} {item}.
            """),
        Define.Pairs("she-to-he", """
            Rewrite @sentence with he instead of she.
            Make a boy out of the girl in @sentence.
            Write he for she and his for her.
            Given a sentence about a woman, say it of a man.
            My brother did this, not my sister. Change the sentence.
            The words she and her are wrong here; use those for a boy.
            Turn a girl's story into a boy's story.
            How does @text read if it tells about him?
            Let him do all that she does below.
            Put the male words in place of the female ones.
            """, """
            She {verb:s} her {color} {item}. => He {verb:s} his {color} {item}.
            She is at the {place} with her {pet}. => He is at the {place} with his {pet}.
            She {verb:s} her {adjective} {item}. => He {verb:s} his {adjective} {item}.
            """),
        Define.Pairs("make-question", """
            Turn @sentence into a question.
            Ask whether @sentence is so.
            Given a statement, write the question with does.
            Change the full stop to a question mark and the words with it.
            You are not sure that it is true; ask.
            Which question has @sentence as its answer with yes?
            Make a yes or no question from the text.
            Somebody told me this. Let me ask if it is right.
            Begin with does and ask about the fact below.
            Rewrite what is said so that it asks.
            """, """
            {name} {verb:s} the {noun}. => Does {name} {verb} the {noun}?
            {name} {act:s} at the {place}. => Does {name} {act} at the {place}?
            {name} {move:s} to the {place}. => Does {name} {move} to the {place}?
            """),
        Define.Pairs("answer-question", """
            Answer @question with a full sentence that begins with yes.
            Say yes to @question in complete words.
            Somebody asks me something; reply that it is so.
            Given a question with does, write the long answer yes.
            Agree: turn the question into a statement after the word yes.
            A short yes is not polite. Write the whole sentence.
            Reply to what is asked, and the reply should be positive.
            Write what you say if the answer is yes.
            Do not just nod; give the full positive answer.
            Confirm in one sentence what the question wants to know.
            """, """
            Does {name} {verb} the {noun}? => Yes, {name} {verb:s} the {noun}.
            Does {name} {act} at the {place}? => Yes, {name} {act:s} at the {place}.
            """),
        Define.Pairs("negation", """
            Make @sentence negative.
            Say that @sentence is not so.
            Add not to @sentence and fix the verb.
            Given a true sentence, write that it does not happen.
            That is wrong! Rewrite it with not.
            Turn a yes into a no: deny what is said.
            Write the same sentence so that it says the contrary with not.
            Tell that the person does not do it.
            How do you say that this never was the case, using not?
            Change the text so that nothing of it happens.
            """, """
            {name} {verb:s} the {noun}. => {name} does not {verb} the {noun}.
            {name} {act:s} at the {place}. => {name} does not {act} at the {place}.
            The {animal} is {adjective}. => The {animal} is not {adjective}.
            """),
        Define.Pairs("to-past", """
            Put @sentence into the past tense.
            Tell @sentence as if it happened yesterday.
            Today it happens; write how you would tell it next week.
            Given a sentence in the present, move it into the past.
            Change only the verb so that all of this is over.
            It was long ago. Rewrite @text to show that.
            Turn what somebody does into what somebody did.
            A story is told in the past; make @sentence fit into it.
            Yesterday was the same. Say it with the right verb.
            Make the action a finished one.
            """, """
            {name} {verb:s} the {noun}. => {name} {verb:past} the {noun}.
            {name} {move:s} to the {place}. => {name} {move:past} to the {place}.
            The {animal} is {adjective}. => The {animal} was {adjective}.
            """),
        Define.Pairs("to-future", """
            Put @sentence into the future with will.
            Tell what will happen tomorrow, as in @sentence.
            Not now but later: rewrite it with will.
            Given a sentence about today, make a plan out of it.
            Use will to move the action to next week.
            It has not happened yet. Change the verb to say so.
            Turn the fact into a forecast.
            Say that the person is going to do it some day, using will.
            How do you promise that @sentence comes true?
            Make @text speak about the days to come.
            """, """
            {name} {verb:s} the {noun}. => {name} will {verb} the {noun}.
            {name} {act:s} at the {place}. => {name} will {act} at the {place}.
            {name} {move:s} to the {place}. => {name} will {move} to the {place}.
            """),
        Define.Pairs("replace-color", """
            Change the color in @sentence to {color}.
            Paint the thing {color} and write the sentence again.
            Rewrite @sentence so that it speaks of {color}.
            The color is wrong; it should be {color}.
            Given a sentence with a color, use {color} in its place.
            I prefer {color}. Tell it with this color.
            Let the thing in @text be {color}.
            Swap the old color for {color}, and keep all other words.
            What would the sentence say if the thing were {color}?
            Put {color} where another color stands.
            """, """
            {name} has a {color2} {item}. => {name} has a {color} {item}.
            The {color2} {item} is at the {place}. => The {color} {item} is at the {place}.
            {name} {verb:s} the {color2} {item}. => {name} {verb:s} the {color} {item}.
            A {color2} {item} is in the {area}. => A {color} {item} is in the {area}.
            """),
        Define.Pairs("replace-name", """
            Replace the name in @sentence with {name}.
            It was {name}, not the other one. Correct the sentence.
            Rewrite @text so that it tells about {name}.
            Given a sentence about somebody, let it be {name}.
            Use {name} for the person and copy the rest.
            Who did it? It was {name}; write that.
            Put {name} in the place of the person you read about.
            The hero should be called {name}. Change it.
            Tell the same about my friend {name}.
            Take out the old name and write in {name}.
            """, """
            {name2} has {noun:a}. => {name} has {noun:a}.
            {name2} eats {food:eaten} at the {place}. => {name} eats {food:eaten} at the {place}.
            {name2} {verb:s} the {color} {item}. => {name} {verb:s} the {color} {item}.
            The {animal} likes {name2}. => The {animal} likes {name}.
            """),
        Define.Pairs("replace-animal", """
            Change the animal in @sentence into {animal:a}.
            Let it be {animal:a}, and write the rest as it was.
            Rewrite @text with {animal} as the animal.
            The animal was {animal:a} in truth. Fix the sentence.
            Given a sentence with an animal, put {animal} there.
            What if {animal:a} came in its place? Write it.
            I want to read about {animal:a}; change the animal for me.
            Use the word {animal} and no other animal.
            Trade the animal you see for {animal:a}.
            Make {animal:a} the star of @sentence.
            """, """
            The {animal2} is at the {place}. => The {animal} is at the {place}.
            {name} saw the {animal2} in the {area}. => {name} saw the {animal} in the {area}.
            The {animal2} likes {food:eaten}. => The {animal} likes {food:eaten}.
            {name} and the {animal2} are {character}. => {name} and the {animal} are {character}.
            """),
        Define.Pairs("remove-color", """
            Take the color out of @sentence.
            Write @sentence without the color word.
            Given a sentence, delete the color and keep the rest.
            We do not know the color; leave it away.
            Remove the word that tells how the thing is painted.
            Make @text shorter by its color.
            Everything may stay except the color.
            It is dark and we see no colors. Write the sentence so.
            Drop the one word that names a color.
            How does it read when nobody says the color?
            """, """
            The {color} {item} is at the {place}. => The {item} is at the {place}.
            {name} {verb:s} the {color} {item}. => {name} {verb:s} the {item}.
            {name} saw the {color} {item} in the {area}. => {name} saw the {item} in the {area}.
            """),
        Define.Pairs("add-adjective", """
            Add the word {adjective} before the thing in @sentence.
            Tell that the thing is {adjective} by adding one word.
            Rewrite @sentence with the adjective {adjective} in it.
            Make @text richer: put {adjective} before the noun.
            Given a plain sentence, insert {adjective} where it fits.
            Which thing was it? The {adjective} one; say so.
            Place {adjective} right after the word the.
            The thing was {adjective}. Work that into the sentence.
            Describe the thing as {adjective} and change nothing else.
            Use {adjective} to make the sentence more exact.
            """, """
            {name} {verb:s} the {item}. => {name} {verb:s} the {adjective} {item}.
            {name} {verb:past} the {item}. => {name} {verb:past} the {adjective} {item}.
            """),
        Define.Pairs("start-with", """
            Start @sentence with the word {moment}.
            Put {moment} in front of @sentence.
            Given a sentence, let {moment} be its first word.
            When is it? Add {moment} at the beginning.
            Write {moment:cap} and then the whole sentence.
            Make clear that it is about {moment} by a word at the start.
            The sentence lacks a time; begin it with {moment}.
            Open the text with {moment} and copy the rest.
            Say {moment} first, then what I wrote.
            Add one word, {moment}, before everything else.
            """, """
            {name} {verb:s} the {noun}. => {moment:cap} {name} {verb:s} the {noun}.
            {name} is at the {place}. => {moment:cap} {name} is at the {place}.
            """),
    ];
}
