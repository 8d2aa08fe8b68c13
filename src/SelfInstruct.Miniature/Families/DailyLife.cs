using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Families;

/// <summary>Small texts for every day: notes, advice, sentences around a given word.</summary>
internal static class DailyLife
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Written("dialogue", """
            Write a short talk between {name} and {name2}.
            What do {name} and {name2} say when they meet?
            Let {name} speak with {name2} for two lines.
            Invent a small conversation of {name} and {name2}.
            Two friends meet. They are {name} and {name2}. Write their words.
            {name} calls {name2} on the phone; what is said?
            Make up a chat in which {name} asks and {name2} answers.
            Listen to {name} and {name2} and write it down.
            Put two short lines in the mouths of {name} and {name2}.
            In a play, {name} talks first and {name2} replies. Write it.
            """, """
            {name}: Hello, {name2}! How are you? {name2}: I am {feeling}, thank you.
            {name}: Where are you, {name2}? {name2}: I am at the {place}.
            {name}: Do you like {food:eaten}, {name2}? {name2}: Yes, I like it very much.
            """),
        Define.Written("couplet", """
            Write two lines that rhyme.
            Make a tiny poem of two lines about an animal.
            Compose a little rhyme for children.
            Can you write a short verse with a rhyme?
            Say a poem that has only two lines.
            I like poems. Please invent a very short one.
            Make two sentences whose last words sound alike.
            A song needs two lines that end in the same sound; write them.
            Rhyme for me: two short lines are enough.
            Write the smallest poem that you can think of, with a rhyme.
            """, """
            I see a (small|young|gray|funny) cat. It (wears|likes|has) a {color} hat.
            Here comes a (big|nice|funny|old) dog. It jumps over a log.
            The little (gray|white|brown) mouse has a very (small|nice|old) house.
            I (met|saw|know) a {character} bear. It sat on my (new|old|red) chair.
            The (old|young|white) goat goes to sea in a {color} boat.
            """),
        Define.Written("recipe", """
            Tell how to make {dish:a}.
            What are the steps for {dish:a}?
            Write a simple recipe for {dish:a}.
            I want to cook {dish:a}; explain what to do.
            How does one prepare {dish:a}?
            Teach a child to make {dish:a} in three steps.
            Guests are coming and wish for {dish:a}. What must I do?
            Give me easy kitchen advice for {dish:a}.
            The kitchen is free. In which order do I work to get {dish:a}?
            Describe the making of {dish:a}, first, then, and at last.
            """, """
            First wash the {vegetable} and the {vegetable2}. Then cut them into small pieces. At last make the {dish} and eat it.
            First take some {meal}. Then add {vegetable} and {vegetable2}. At last put the {dish} on a plate.
            """),
        Define.Written("invitation", """
            Invite {name} to {event:a}.
            Write an invitation for {name}. It is for {event:a}.
            You want {name} to come to {event:a}. What do you write?
            Ask {name} in a friendly way to join {event:a}.
            There will be {event:a} soon, and {name} should be there; write to {name}.
            Let {name} know the day and place of {event:a}.
            How do you ask {name} if you plan {event:a}?
            Make a card that calls {name} to {event:a}.
            Would {name} like {event:a}? Write and ask.
            Plan {event:a} and tell {name} when and where it is.
            """, """
            Dear {name}, please come to (my|our) {event} on {day}. It is at the {place}.
            Dear {name}, we have {event:a} at the {place} on {day}. Will you come?
            """),
        Define.Written("thank-note", """
            Thank {name} for the {item}.
            Write a thank you note to {name}, who gave you {item:a}.
            What do you say when {name} gives you {item:a}?
            You got {item:a} from {name}. Show that you are glad.
            Tell {name} how much you like the new {item}.
            Be thankful to {name}: the gift was {item:a}.
            Express your thanks for {item:a} that came from {name}.
            My aunt {name} sent me {item:a}; help me thank her or him.
            A present came from {name}, {item:a}. Answer it.
            Let {name} hear that the {item} made you happy.
            """, """
            Dear {name}, thank you for the {item}. It is very {adjective}.
            Thank you, {name}! I (like|love) the {item} very much.
            Dear {name}, the {item} is (so nice|just right|great). Thank you very much!
            """),
        Define.Written("make-riddle", """
            Make up a riddle about {knownanimal:a}.
            Write a riddle. The answer should be {knownanimal:a}.
            Let me guess {knownanimal:a}: give clues but not the name.
            Hide {knownanimal:a} in a puzzle for children.
            Describe {knownanimal:a} without saying the word, and ask what it is.
            Invent a who am I game for {knownanimal:a}.
            How would you ask somebody to guess {knownanimal:a}?
            Give two hints that lead to {knownanimal:a}.
            Children should guess {knownanimal:a}. What will you tell them?
            End with what is it, and mean {knownanimal:a}.
            """, (_, slots) => Riddle(slots["knownanimal"]), (slots, output) => output == Riddle(slots["knownanimal"])),
        Define.Written("tip", """
            Give me a tip for staying healthy.
            How can I live a healthy life? Say one thing.
            Write one piece of good advice for my health.
            What should a person do to feel well?
            I want to be fit and strong. Please advise me.
            Name a good habit for body and mind.
            Tell children a rule that keeps them healthy.
            A doctor gives short advice; what might it be?
            One thing a day keeps us healthy; which thing?
            My friend is often ill. Suggest something good to do.
            """, """
            Eat (some|more|a lot of) {fruit:plural} and {vegetable:plural}.
            Drink (water|milk|tea) every {daytime}.
            (Walk|Run|Swim) at the {place} every {daytime}.
            Sleep well and go to bed early.
            """),
        Define.Written("place-rule", """
            Write a rule for the {place}.
            What should people do or not do at the {place}?
            Make a sign with one rule for visitors of the {place}.
            Tell me how to behave at the {place}.
            The {place} needs a rule. What do you propose?
            A notice hangs at the {place}; what could it say?
            Think of good manners at the {place} and write one.
            Which rule would keep the {place} nice for all?
            You are in charge of the {place}. State one rule.
            Before we enter the {place}, tell us what to mind.
            """, """
            Please be (quiet|kind|careful) at the {place}.
            Do not (run|shout|sleep|leave your {item}) at the {place}.
            Please keep the {place} clean.
            """),
        Define.Written("packing", """
            What should I take to the {place}? Name three things.
            Pack a bag for a day at the {place}.
            List three things you need at the {place}.
            We visit the {place} tomorrow; help me pack three things.
            Which things would you carry with you to the {place}?
            My bag for the {place} is empty. Fill it with three things.
            Write what a family brings along to the {place}, three items.
            Do not forget anything for the {place}: make a list of three.
            Three things in a bag, and off to the {place}! Which are they?
            If you spent a day at the {place}, what three things would you bring?
            """, "a {item}, a {clothing}, a {toy}"),
        Define.Written("plan-day", """
            Plan a nice day for {name}.
            What can {name} do on a free day?
            Write a plan with morning, afternoon and evening for {name}.
            {name} has no school today. Make a plan.
            Tell {name} how to spend a whole day.
            It is a holiday and {name} is bored; propose something.
            Fill the day of {name} with three things to do.
            From morning to evening: what will {name} do?
            Make sure that {name} is not bored from morning to evening.
            Write three sentences on what {name} will do all day.
            """, "In the morning {name} will {act} at the {place}. In the afternoon {name} will {verb} {item:a}. In the evening {name} will {act2}."),
        Define.Written("pet-name", """
            Give my new {pet} a name.
            What is a good name for {pet:a}?
            I got {pet:a} and do not know what to call it.
            Think of a funny name for {pet:a} at home.
            How shall we call our little {pet}?
            Find a name that fits a {character} {pet}.
            My family looks for the best name for {pet:a}; help us.
            A {color} {pet} needs a name. Choose one.
            Say one name for {pet:a}, and only the name.
            If you had {pet:a}, what would its name be?
            """, "(Coco|Spot|Snowy|Lucky|Honey|Star|Bella|Rex|Fluffy|Sunny)"),
        Define.Pairs("sentence-with", """
            Use @word in a sentence.
            Write a sentence that has @word in it.
            Given a noun, make a short sentence with it.
            Show how @word is used by an example.
            What could somebody say with the word in the input?
            A pupil learns @word. Write an example for him.
            Build a simple sentence around @word.
            Say something true or funny with @word.
            I give you a word and you give me a sentence.
            Let @noun appear in one complete sentence.
            """, """
            {noun} => The {noun} is {adjective}.
            {noun} => {name} {verb:s} the {noun}.
            {noun} => I see {noun:a} at the {place}.
            {noun} => {name} has {noun:a}.
            """),
        Define.Pairs("question-with", """
            Write a question with @word.
            Ask something in which @word is named.
            Given a noun, make a question about it.
            What would you ask if you could not find @thing?
            Be curious about @word and ask.
            Form a question that begins with where, who or do.
            I say a word, and you ask a question with it.
            Let @noun be part of what you ask.
            Think of a question a child has about @thing.
            Turn a single word into a short question.
            """, """
            {noun} => Where is the {noun}?
            {noun} => Who has the {noun}?
            {noun} => Do you like the {noun}?
            {noun} => Did {name} {verb} the {noun}?
            """),
        Define.Pairs("advice", """
            Give advice to the person who says this.
            What should somebody do who feels like this?
            Help the speaker with one good idea.
            Somebody tells you a problem; answer with advice.
            Read how I feel and tell me what to do.
            Comfort your friend: what can be done?
            Say what would make it better.
            A friend complains. What do you answer?
            Find a simple way out for the one in @text.
            Reply to the feeling with something useful.
            """, """
            I am hungry. => Eat some {meal}.
            I am so hungry at the {place}. => Eat some {meal}.
            I am thirsty. => Drink some {drink}.
            I am so thirsty at the {place}. => Drink some {drink}.
            I am tired. => (Go to bed early|Sleep a little|Take a rest).
            I am cold. => Put on a {clothing}.
            I am so cold at the {place}. => Put on a {clothing}.
            I am bored. => Play with a {toy}.
            I am so bored at the {place}. => Play with a {toy}.
            I am sick. => (See a doctor|Stay in bed|Drink some tea).
            """),
        Define.Pairs("say-thanks", """
            Say thank you for what you get.
            Somebody gives you something; answer politely.
            What do you reply to @words?
            Given an offer, thank the person for the thing.
            A friend hands you a gift. React with thanks.
            Write a polite answer that names the thing.
            Be kind and thank for it.
            How does a well behaved child answer this?
            Show that you are glad to get it.
            Take the gift with friendly words.
            """, """
            Here is {item:a} for you. => Thank you for the {item}!
            I made some {meal} for you. => Thank you for the {meal}!
            Please take the {color} {item}. => Thank you for the {color} {item}!
            """),
    ];

    static string Riddle(string animal) => $"It says {Facts.Sounds[animal]}. It lives in a {Facts.Homes[animal]}. What is it?";
}
