namespace SelfInstruct.Miniature.Families;

/// <summary>Classification of sentences.</summary>
internal static class SentenceLabels
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Labelled("sentiment", """
            Is @review positive or negative?
            Classify the feeling of @text as positive or negative.
            Given an opinion, write positive or negative.
            Does the speaker like it? Say positive if so, otherwise negative.
            Label @sentence by its mood: positive, negative.
            A customer wrote this. Is the opinion positive or negative?
            Decide between positive and negative for the comment.
            What is the tone of @review, negative or positive?
            Would the speaker come again? Write positive if yes and negative if no.
            Sort opinions into positive and negative.
            """, """
            positive => I love this {item}.
            positive => The {meal} was (great|very good|wonderful).
            positive => What a nice {item}!
            positive => The {place} made me happy.
            positive => We had fun with the {toy}.
            positive => I enjoy the {place} (very much|every day).
            negative => I hate this {item}.
            negative => The {meal} was (terrible|very bad|awful).
            negative => What an awful {item}!
            negative => The {place} made me sad.
            negative => The {toy} was broken and dirty.
            negative => I do not like the {place} (at all|any more).
            """),
        Define.Labelled("tense", """
            Is @sentence about the past, the present or the future?
            Name the tense of @sentence: past, present or future.
            Given a sentence, write past, present or future.
            When does it happen? Choose past, present or future.
            Classify the time of the action as past, present or future.
            Look at the verb and say past, present or future.
            Is it over, going on, or still to come? Write past, present or future.
            Label @text with one of past, present, future.
            Yesterday is past, today is present, tomorrow is future. Which one fits?
            From the form of the verb, tell past, present or future.
            """, """
            past => {name} {verb:past} the {noun}.
            past => {name} {move:past} to the {place}.
            present => {name} {verb:s} the {noun}.
            present => {name} {move:s} to the {place}.
            future => {name} will {verb} the {noun}.
            future => {name} will {move} to the {place}.
            """),
        Define.Labelled("topic", """
            Is @text about animals, food, weather or school?
            What is the topic: animals, food, weather or school?
            Classify @sentence by topic as animals, food, weather or school.
            Given a sentence, choose animals, food, weather or school.
            A newspaper has pages for animals, food, weather and school. Where does it go?
            Label the subject of @text; use animals, food, weather or school.
            Which of these does it speak of, animals, food, weather, school?
            Sort the news into animals, food, weather and school.
            Pick the best heading for it: animals, food, weather, school.
            About what do people talk here? It is animals, food, weather or school.
            """, """
            animals => The {animal} (runs|sleeps|hides) in the {area}.
            animals => {name} feeds the {animal}.
            food => {name} eats {food:eaten} and {meal}.
            food => The {fruit} is (very |)sweet.
            food => {name} cooks {meal} for dinner.
            weather => There is a lot of (rain|snow|wind|fog) today.
            weather => The (wind|storm|rain) was strong on {day}.
            weather => It will be (sunny|rainy|cloudy) on {day}.
            school => The teacher gives {name} a book.
            school => {name} learns to (read|write|count) in class.
            school => The pupils have a test on {day}.
            """),
        Define.Labelled("question-statement", """
            Is @text a question or a statement?
            Classify @sentence as question or statement.
            Does the speaker ask or tell? Write question or statement.
            Given a line, say question or statement.
            Look at the last mark: question or statement?
            Is somebody waiting for an answer? Then it is a question, else a statement.
            Label the line with question or statement.
            Choose the type of the sentence, statement or question.
            Does it want to know something or say something? Write question or statement.
            Sort lines of a talk into question and statement.
            """, """
            question => Does {name} {verb} the {noun}?
            question => Where is the {noun}?
            question => Is {name} at the {place}?
            statement => {name} {verb:s} the {noun}.
            statement => The {noun} is {adjective}.
            statement => {name} is at the {place}.
            """),
        Define.Labelled("has-animal", """
            Does @sentence have the word {animal}? Answer Yes or No.
            Is there {animal:a} in @text? Say Yes or No.
            Tell me with Yes or No whether {animal:a} is named.
            Given a sentence, look for {animal}. Found it? Yes or No.
            Search @text for {animal:a} and write Yes or No.
            Yes or No: the sentence speaks of {animal:a}.
            I only read stories with {animal:a}. Is this one? Yes or No.
            Check if the word {animal} is used: Yes or No.
            Did anybody mention {animal:a}? Write Yes or No.
            My child looks for {animal:a} in every story. Is there one? Yes or No.
            """, """
            Yes => {name} saw the {animal} at the {place}.
            Yes => The {animal} is in the {area}.
            Yes => {name} likes the {animal}.
            No => {name} saw the {animal2} at the {place}.
            No => The {animal2} is in the {area}.
            No => {name} likes the {animal2}.
            """),
        Define.Labelled("true-false", """
            Is @statement true or false?
            Say true or false to what you read.
            Given a claim about animals or colors, write true or false.
            Can we believe @sentence? Choose true or false.
            Classify the claim as true or false.
            A quiz asks if this is right. Answer true or false.
            Check the fact: is it false or true?
            Somebody may be joking here. Write true or false.
            Would a teacher mark it as true or as false?
            Think about the world and judge: true or false.
            """, """
            true => A (dog|cat|cow|horse|pig|sheep) has four legs.
            true => (Snow|Milk|Salt) is white.
            true => A (bird|bee|duck|owl) can fly.
            true => A (fish|whale|shark) lives in water.
            true => (Ice|Snow) is cold.
            true => A cow gives milk.
            true => A (lemon|banana) is yellow.
            false => A (dog|cat|cow|horse|pig|sheep) has two legs.
            false => (Snow|Milk|Salt) is black.
            false => A (cow|horse|pig|elephant) can fly.
            false => A (fish|whale|shark) lives in a tree.
            false => (Ice|Snow) is hot.
            false => A hen gives milk.
            false => A (lemon|banana) is blue.
            """, isMemorised: true),
        Define.Labelled("grammar-person", """
            Is @sentence in the first, second or third person?
            Name the grammatical person: first, second or third.
            Who acts? Write first for I, second for you, third for others.
            Given a sentence, choose first, second or third person.
            Classify the subject as first, second or third.
            Does the speaker talk of himself, to me, or of others? Say first, second or third.
            Label the line by person with first, second, third.
            Look at the subject and decide: first, second or third?
            I is first, you is second, she is third. What do you find?
            From whose view is it told: first, second or third?
            """, """
            first => I {verb} the {noun}.
            first => I am at the {place}.
            second => You {verb} the {noun}.
            second => You are at the {place}.
            third => (He|She) {verb:s} the {noun}.
            third => {name} is at the {place}.
            """),
        Define.Labelled("emotion", """
            Is the person happy, sad, angry or afraid?
            Which feeling does @text show: happy, sad, angry or afraid?
            Given a short story, name the emotion as happy, sad, angry or afraid.
            How does the person feel? Choose happy, sad, angry or afraid.
            Classify the emotion: happy, sad, angry, afraid.
            Label what goes on in the heart with happy, sad, angry or afraid.
            An actor must play this. Should he look happy, sad, angry or afraid?
            Read between the lines and write happy, sad, angry or afraid.
            Pick one face for the person: happy, sad, angry, afraid.
            What mood is it? Use one of happy, sad, angry and afraid.
            """, """
            happy => {name} laughs and dances.
            happy => {name} got a new {toy} and smiles.
            happy => {name} won the game at the {place}.
            sad => {name} lost the {toy} and cries.
            sad => {name} has tears in the eyes.
            sad => {name} misses the old {animal}.
            angry => {name} shouts at {name2}.
            angry => {name} slams the door.
            angry => {name} is mad at the {animal}.
            afraid => {name} hides from the storm.
            afraid => {name} screams and runs from the {wildanimal}.
            afraid => {name} shakes in the dark {area}.
            """),
        Define.Labelled("polite-rude", """
            Is @request polite or rude?
            Classify the words as polite or rude.
            Given something that was said, write polite or rude.
            Would a kind person speak so? Say polite or rude.
            Label the tone of the speaker with polite or rude.
            My mother heard this. Did she find it polite or rude?
            Decide between rude and polite.
            How does it sound, polite or rude?
            Good manners or bad manners? Say polite for good and rude for bad.
            Should the speaker say sorry for the tone? Write rude if so, else polite.
            """, """
            polite => Please give me the {item}.
            polite => Could you bring me the {food:eaten}, please?
            polite => May I take the {item}?
            rude => Give me the {item} now!
            rude => Bring the {food:eaten}, fast!
            rude => Get out of the {place}!
            """),
    ];
}
