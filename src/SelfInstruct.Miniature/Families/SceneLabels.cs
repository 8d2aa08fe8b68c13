namespace SelfInstruct.Miniature.Families;

/// <summary>Classification of what people say and of small scenes.</summary>
internal static class SceneLabels
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Labelled("greeting-goodbye", """
            Is @line a greeting or a goodbye?
            Does the speaker come or go? Write greeting or goodbye.
            Given some words, say greeting or goodbye.
            Classify @message as greeting or goodbye.
            At the start or the end of a visit? Choose greeting or goodbye.
            Label it with greeting or goodbye.
            Do people meet or part here? Say greeting when they meet and goodbye when they part.
            Which one is it, goodbye or greeting?
            Is a visit beginning or ending? Answer greeting or goodbye.
            Sort what people say at doors: greeting or goodbye.
            """, """
            greeting => Hello, {name}!
            greeting => Good {daytime}, {name}. Come in!
            greeting => Hi {name}, nice to meet you.
            goodbye => Bye, {name}!
            goodbye => See you on {day}, {name}.
            goodbye => Good night, {name}. Sleep well!
            """),
        Define.Labelled("request-thanks", """
            Is @message a request, a thank you or an apology? Say request, thanks or apology.
            What does the speaker do? Choose request, thanks or apology.
            Classify the words as request, thanks or apology.
            Given a line of a talk, write request, thanks or apology.
            Does he ask, thank, or say sorry? Label it request, thanks or apology.
            Sort the letters on my desk into request, thanks and apology.
            Why was this said: request, thanks or apology?
            Find the purpose of @sentence; it is request, thanks or apology.
            Pick the name for such words from request, thanks, apology.
            Somebody wants, got or spoiled something. Write request, thanks or apology.
            """, """
            request => Please bring me the {item}.
            request => Can you wash the {item}, {name}?
            request => I need a {item}. Can you help me?
            thanks => Thank you for the {item}, {name}.
            thanks => Many thanks for the {food:eaten}!
            thanks => It was kind of you to bring the {item}.
            apology => I am sorry that I lost the {item}.
            apology => Sorry, {name}, I broke your {item}.
            apology => Please forgive me. I forgot the {food:eaten}.
            """),
        Define.Labelled("real-fantasy", """
            Could @event be real, or is it fantasy? Write real or fantasy.
            Is @story real or fantasy?
            Given a sentence, decide if it is real or fantasy.
            Can this happen in our world? Say real or fantasy.
            Classify the event as real or fantasy.
            A child tells this. Label it real or fantasy.
            Choose between fantasy and real.
            Do you believe it? Answer real if it is possible and fantasy if not.
            Would you see it on the street, or only in a dream? Say real or fantasy.
            Sort stories into real and fantasy.
            """, """
            real => {name} reads a book at the {place}.
            real => The {farmanimal} sleeps in the barn.
            real => {name} eats {food:eaten} for lunch.
            real => {name} rides a bike to the {place}.
            fantasy => The {animal} reads a book at the {place}.
            fantasy => The {item} sings a song.
            fantasy => The {animal} rides a bike to the {place}.
            fantasy => {name} flies to the moon on a {item}.
            """),
        Define.Labelled("who-speaks", """
            Who says this: a teacher, a doctor, a farmer or a cook?
            Guess the job of the speaker. It is teacher, doctor, farmer or cook.
            Given words from work, write teacher, doctor, farmer or cook.
            Which worker is talking, teacher, doctor, farmer or cook?
            Classify the speaker as teacher, doctor, farmer or cook.
            Label @line with the job: teacher, doctor, farmer, cook.
            Is it a teacher, a doctor, a farmer or a cook who speaks here?
            From these words, tell if I am a teacher, doctor, farmer or cook.
            Listen to the voice at work and name it: teacher, doctor, farmer, cook.
            Whose sentence is it? Decide for teacher, doctor, farmer or cook.
            """, """
            teacher => Open your books, {name} and {name2}.
            teacher => We learn to (read|write|count) on {day}.
            teacher => {name}, please come to the board.
            doctor => {name}, you must stay in bed until {day}.
            doctor => Where does it hurt, {name}?
            doctor => Take this medicine every {daytime}.
            farmer => I feed my {farmanimal:plural} every {daytime}.
            farmer => The {vegetable:plural} grow well in my field.
            farmer => My {farmanimal:plural} are in the barn.
            cook => The {meal} will be ready soon.
            cook => I cut the {vegetable:plural} for the soup.
            cook => Do you want {meal} or {meal2}?
            """),
        Define.Labelled("weather-kind", """
            Is the weather sunny, rainy or snowy?
            Given a report, write sunny, rainy or snowy.
            Classify the weather in @text as sunny, rainy or snowy.
            What is it like outside? Choose sunny, rainy or snowy.
            Label the day with sunny, rainy or snowy.
            Should we write sunny, rainy or snowy in the calendar?
            Look out of the window of this story: sunny, rainy or snowy?
            Which weather fits the words, sunny, rainy or snowy?
            Do I need sunglasses, an umbrella or a sled? Say sunny, rainy or snowy.
            Sort the days into sunny, rainy and snowy.
            """, """
            sunny => The sky is blue over the {place}.
            sunny => {name} wears sunglasses on {day}.
            sunny => It is warm and bright at the {place}.
            rainy => {name} opens an umbrella at the {place}.
            rainy => The street is wet on {day}.
            rainy => Water falls from gray clouds on the {place}.
            snowy => {name} builds a snowman at the {place}.
            snowy => The {place} is white and cold.
            snowy => {name} throws a snowball at {name2}.
            """),
        Define.Labelled("day-night", """
            Does it happen by day or at night? Say day or night.
            Is it day or night in @story?
            Given a scene, write day or night.
            Classify the time as day or night.
            Would the lamp be on? Choose night if so and day if not.
            Label @sentence with day or night.
            What do you see in the sky, the sun or the moon? Answer day or night.
            Decide whether the scene is at night or in the day.
            Are most people awake? Write day if they are, night if not.
            Sort the scenes into day and night.
            """, """
            day => {name} eats lunch at the {place}.
            day => The sun shines on the {place}.
            day => {name} wakes up and eats {food:eaten}.
            night => {name} sleeps in a dark room.
            night => The moon shines on the {place}.
            night => {name} sees the stars over the {place}.
            """),
        Define.Labelled("answer-yes-no", """
            Answer @question with Yes or No.
            Read the fact and the question; reply Yes or No.
            Is it so? Use @text and say Yes or No.
            Given a fact, does the question fit it? Yes or No.
            Yes or No, as the story tells?
            A short text ends with a question. Write Yes or No.
            Compare what is told and what is asked, then say Yes or No.
            Reply with Yes if the text agrees, else with No.
            First comes what is so, then a question. Give Yes or No.
            Do fact and question agree? Then write Yes, otherwise No.
            """, """
            Yes => {name} is at the {place}. Is {name} at the {place}?
            No => {name} is at the {place}. Is {name} at the {place2}?
            Yes => The {item} is {color}. Is the {item} {color}?
            No => The {item} is {color}. Is the {item} {color2}?
            Yes => {name} has {animal:a}. Does {name} have {animal:a}?
            No => {name} has {animal:a}. Does {name} have {animal2:a}?
            """),
        Define.Labelled("short-long", """
            Is @sentence short or long?
            Classify the sentence by length: short or long.
            Given a sentence, write short or long.
            Few words or many? Say short or long.
            Label the size of @text with short or long.
            Would it fit on a stamp? Then it is short, else long.
            Choose short for a few words and long for a lot of words.
            Decide whether the line is long or short.
            Does the writer use many words? Say long if so, short if not.
            Sort sentences into short and long.
            """, """
            short => {name} {act:s}.
            short => The {animal} {act:s}.
            short => I see {name}.
            long => {name} and {name2} {verb} the {adjective} {item} at the {place} every {day}.
            long => On {day} the {character} {animal} was in the {area} with {name} and {name2}.
            long => {name} went to the {place} with a {color} {item} and a {color2} {clothing}.
            """),
    ];
}
