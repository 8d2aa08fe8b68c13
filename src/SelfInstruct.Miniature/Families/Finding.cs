namespace SelfInstruct.Miniature.Families;

/// <summary>Finds something in a text, or answers a question about it.</summary>
internal static class Finding
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Pairs("find-name", """
            What is the name in @sentence?
            Who is the person in @text?
            Find the name that is used in @sentence.
            Given a sentence, copy the name of the person.
            Tell me about whom @text speaks.
            Somebody is named below; write the name and nothing else.
            Which boy or girl do you meet in @sentence?
            Pick out the person.
            I want to greet the one in the story. What is the name?
            Extract the name of the human being from the text.
            """, """
            {name} has a {color} {item}. => {name}
            The {animal} likes {name}. => {name}
            My friend {name} eats {food:eaten}. => {name}
            Yesterday {name} saw {animal:a}. => {name}
            The {color} {item} is for {name}. => {name}
            """),
        Define.Pairs("find-color", """
            Which color is named in @sentence?
            Find the color word in @text.
            Given a sentence, say how the thing is colored.
            Write down only the color.
            I need a crayon for this sentence. Which one do I take?
            Pick out the word for a color.
            Does anything have a color here? Name the color.
            Extract the color from @sentence.
            What color do you read about?
            Look for red, blue, green or another such word.
            """, """
            {name} has a {color} {item}. => {color}
            The {color} {item} is {adjective}. => {color}
            The {item} at the {place} is {color}. => {color}
            {name} {verb:s} the {color} {item}. => {color}
            """),
        Define.Pairs("find-animal", """
            Which animal is in @sentence?
            Find the animal that @text tells about.
            Given a sentence, write down its animal.
            What creature do you meet in these words?
            Name the one in the story who is not a person.
            Pick out the animal and leave the rest.
            Who has fur, fins or wings in @sentence?
            Extract the name of the animal.
            A zoo keeper reads this. Which word interests him?
            Tell me with one word which beast appears.
            """, """
            The {character} {animal} likes {name}. => {animal}
            {name} saw {animal:a} at the {place}. => {animal}
            The {animal} sleeps in the {area}. => {animal}
            {name} gives {food:eaten} to the {animal}. => {animal}
            """),
        Define.Pairs("find-food", """
            What food is named in @sentence?
            Find the thing to eat in @text.
            Given a sentence, write only the food.
            What is on the plate in this story?
            Somebody is eating; tell me what.
            Pick out what you could have for lunch.
            Extract the word for a food from @sentence.
            Which meal do the words speak of?
            I am making a shopping list. What must I buy for this sentence?
            Look for food and copy the word.
            """, """
            {name} eats {food:eaten} at the {place}. => {food:eaten}
            The {food} is on the {item}. => {food}
            {name} gives {food:eaten} to the {animal}. => {food:eaten}
            {name} bought {food:eaten} today. => {food:eaten}
            """),
        Define.Pairs("find-place", """
            Which place is named in @sentence?
            Find out where it happens.
            Given a sentence, write the place only.
            To what place does @text take us?
            I want to meet them there. Where is it?
            Pick out the word for a place.
            Extract the location from @sentence.
            In which spot does the story play?
            Answer with the name of a place from the text.
            Where must I walk to see this?
            """, """
            {name} is at the {place} with the {animal}. => {place}
            We saw {item:a} at the {place}. => {place}
            {name} and {name2} went to the {place}. => {place}
            The {animal} sleeps at the {place}. => {place}
            """),
        Define.Pairs("find-day", """
            On which day does it happen?
            Find the day of the week in @sentence.
            Given a plan, write down its day.
            What day should I mark for this?
            Extract the name of the day.
            When is it? Reply with a day.
            I keep a diary; on what page do I write this?
            Look for a word like Monday or Friday and copy it.
            Tell me the day that @text speaks of.
            Pick only the weekday from the message.
            """, """
            {name} will {act} on {day}. => {day}
            On {day} we go to the {place}. => {day}
            The {job} comes on {day}. => {day}
            {name} meets {name2} on {day}. => {day}
            """),
        Define.Pairs("find-verb", """
            Which word is the verb in @sentence?
            Find what the person does.
            Given a sentence, copy its action word.
            Pick out the verb as it is written.
            What is going on? Answer with the verb from the text.
            Extract the word that tells the action.
            Name the doing word of @sentence.
            One word says what happens; write it.
            Look behind the name: which action follows?
            Underline the verb, that is, write it alone.
            """, """
            {name} {verb:s} the {noun}. => {verb:s}
            {name} {act:s} at the {place}. => {act:s}
            {name} {verb:past} the {noun}. => {verb:past}
            """),
        Define.Pairs("list-names", """
            List all the names in @sentence.
            Who are the people in @text? Write every name.
            Given a sentence with two people, name both with a comma.
            Write down each person you read about.
            Make a list of the guests.
            Extract the two names in their order.
            Whom do we meet here? There is more than one.
            I need a name tag for everybody in the story.
            Collect the names of all persons.
            Find each boy and girl and put a comma between.
            """, """
            {name} and {name2} are at the {place}. => {name}, {name2}
            {name} gave {name2} {item:a}. => {name}, {name2}
            {name} saw {name2} in the {area}. => {name}, {name2}
            {name} helps {name2} at the {place}. => {name}, {name2}
            """),
        Define.Pairs("answer-where", """
            Answer the question where somebody is.
            Read @story and say where the person is.
            Use @text to answer where.
            Where is the person from the question? Write only the place.
            A text and a question about a place are given; answer.
            After the story comes a question with where. Reply in one word.
            I am looking for someone; find the place in the text.
            Tell the place that the question asks for.
            Read first, then say in which place it is.
            The answer is a place and stands in the story.
            """, """
            {name} is at the {place}. Where is {name}? => {place}
            {name} is at the {place}. {name2} is at the {place2}. Where is {name}? => {place}
            {name} is at the {place}. {name2} is at the {place2}. Where is {name2}? => {place2}
            The {noun} is at the {place}. Where is the {noun}? => {place}
            """),
        Define.Pairs("answer-who", """
            Answer the question who has it.
            Read @story and tell who it is.
            Who is the right person? Use @text.
            Given a text with a question about a person, write the name.
            Find out to whom the thing belongs.
            A question with who follows the story; give the name.
            Reply with one name, as the text says.
            Somebody has it. The text tells who, so tell me.
            Look up in the story which person is asked for.
            The answer is a name from the text.
            """, """
            {name} has {item:a}. Who has the {item}? => {name}
            {name} has {item:a}. {name2} has {item2:a}. Who has the {item}? => {name}
            {name} has {item:a}. {name2} has {item2:a}. Who has the {item2}? => {name2}
            {name} {verb:s} the {animal}. Who {verb:s} the {animal}? => {name}
            """),
        Define.Pairs("answer-what-color", """
            Answer the question about a color.
            Read @text and say what color it has.
            What color is the thing that I ask for?
            Given some facts, tell the color of one thing.
            The story tells how things look. Answer with a color.
            Find the thing from the question and write its color.
            A question about colors comes at the end; reply.
            Use the facts to name the right color.
            Which color? Look into @story.
            Reply with the color word that the text gives.
            """, """
            The {item} is {color}. What color is the {item}? => {color}
            The {item} is {color}. The {item2} is {color2}. What color is the {item}? => {color}
            The {item} is {color}. The {item2} is {color2}. What color is the {item2}? => {color2}
            """),
        Define.Pairs("answer-what-eaten", """
            What does the person eat? Read @text.
            Answer the question about the meal.
            Given a story about food, tell what was asked.
            Read who eats what, and reply with the food.
            The question wants to know a food. Which?
            A text about lunch and a question are given; answer in one word.
            Find in @story what this person has for dinner.
            Tell the cook what the person in the question eats.
            Say which food belongs to the person.
            Look for the meal that the question means.
            """, """
            {name} eats {food:eaten}. What does {name} eat? => {food:eaten}
            {name} eats {food:eaten} and {name2} eats {food2:eaten}. What does {name} eat? => {food:eaten}
            {name} eats {food:eaten} and {name2} eats {food2:eaten}. What does {name2} eat? => {food2:eaten}
            The {animal} finds {food:eaten}. What does the {animal} find? => {food:eaten}
            """),
        Define.Pairs("answer-how-many", """
            How many are there? Answer from @text.
            Read @story and give the number that is asked for.
            Answer the question with a number word.
            Given a text with a number, reply to how many.
            Somebody counted things. Tell the result.
            Find the number in the story and write it as it is.
            The question begins with how many; what is the answer?
            Look how many things the person has.
            Say the number that the text tells.
            Count as the story does, and answer.
            """, """
            {name} has {count} {item:plural}. How many {item:plural} does {name} have? => {count}
            There are {count} {farmanimal:plural} in the {area}. How many {farmanimal:plural} are there? => {count}
            {name} saw {count} {fruit:plural}. How many {fruit:plural} did {name} see? => {count}
            """),
        Define.Pairs("answer-order", """
            Who came first or last? Read and answer.
            Tell from @story the order of the people.
            Answer the question about a race.
            Given who came before whom, name the person asked for.
            Two friends run. Reply to the question about them.
            The text says who was faster; write the right name.
            Find the name of the first or the last one.
            Someone wins and someone does not. Answer who.
            Look at the order in the text, then answer with a name.
            Use the report of the race to answer.
            """, """
            {name} came first and {name2} came last. Who came first? => {name}
            {name} came first and {name2} came last. Who came last? => {name2}
            {name} came before {name2}. Who came first? => {name}
            {name} came before {name2}. Who came last? => {name2}
            """),
    ];
}
