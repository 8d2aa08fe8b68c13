using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Families;

/// <summary>What words mean and what is known of things and animals.</summary>
internal static class Meanings
{
    public static IEnumerable<TaskFamily> Families =>
    [
        Define.Facts("opposite", """
            What is the opposite of @word?
            Name a word that means the contrary of @word.
            Given a word, (say|write) its opposite.
            Up goes with down. Which word goes with @word in this way?
            Replace @word by one that means just the reverse.
            I say one thing and you say the opposite of it.
            Turn the meaning of @word around.
            Which word would you use to say that it is not so?
            Hot is to cold as the word below is to what?
            Find the partner of @word that has the contrary meaning.
            """, Facts.Opposites),
        Define.Facts("synonym", """
            Give another word with the same meaning as @word.
            What is a synonym of @word?
            Say @word in a different way.
            Which word means nearly the same as @word?
            Given a word, find one that you could use in its place.
            I am tired of using @word; which word can I write instead?
            Replace @word by a word that does not change the meaning.
            Large and big mean the same. Find such a partner for @word.
            Tell me one more word for the thing that @word means.
            Swap the input for its synonym.
            """, Facts.Synonyms),
        Define.Choices("rhyme", """
            (Write|Find) a word that rhymes with @word.
            Which word sounds like @word at the end?
            Help me with my song: I need a rhyme for @word.
            Given a word, name another with the same ending sound.
            Cat rhymes with hat. What rhymes with @word?
            Think of a rhyming partner for @word.
            A poem has @word at the end of a line. What could end the next line?
            Make a rhyme: answer @word with one word.
            Tell me any word that has the same sound as @word.
            What would a poet write to rhyme with @word?
            """, Facts.RhymesWith),
        Define.Facts("animal-sound", """
            What sound does @animal make?
            Which noise would you hear from @animal?
            What does @animal say?
            Given the name of an animal, write its cry.
            Close your eyes and listen: how does @animal sound?
            Write the noise of @animal as one word.
            A child asks how an animal talks. Answer with its sound.
            Make the sound of the animal named in the input.
            On the farm and in the wild, animals call. What is the call of this one?
            Say what we hear when @animal opens its mouth.
            """, Facts.Sounds),
        Define.Facts("animal-home", """
            Where does @animal live?
            Name the place that @animal calls home.
            Given an animal, tell where we can find it.
            In which place would you look for @animal?
            What is the home of @animal?
            It is late and the animal is tired. Where does it sleep?
            Write one word for the place where @animal stays.
            I want to visit @animal; which place should I see?
            Every animal has a home. Which is the home of this one?
            Match the animal below with the place it lives in.
            """, Facts.Homes),
        Define.Facts("animal-baby", """
            What is the baby of @animal called?
            How do you call a young one of @animal?
            Name the child of @animal.
            Given a grown animal, give the word for its baby.
            A cat has a kitten. What does the animal below have?
            Which word names @animal when it is very young?
            The mother is named in the input. Who is her little one?
            Write the special name for the young of @animal.
            It has just been born: what do we call the little animal?
            Tell a child which word is used for this animal as a baby.
            """, Facts.Babies),
        Define.Facts("count-legs", """
            How many legs does @animal have?
            Count the legs of @animal.
            Given an animal, tell on how many legs it walks.
            Write the number of legs that belong to @animal.
            If @animal wore shoes, how many would it need?
            Some animals have no legs and some have eight. What about this one?
            An animal is named; reply with a number for its legs.
            Look under the animal and say how many feet you see.
            Tell me if it has 0, 2, 4, 6 or 8 legs.
            I build a toy of @animal. How many legs must I make?
            """, Facts.Legs),
        Define.Facts("animal-food", """
            What does @animal like to eat?
            Name the food of @animal.
            Given an animal, write what it eats.
            I want to feed @animal; what should I bring?
            The animal below is hungry. What will it look for?
            Which meal would make @animal happy?
            Say with one word what is on the menu of @animal.
            It is lunch time at the zoo. What do we give to @animal?
            On what does @animal live, what is its food?
            Tell the farmer what to put down for @animal.
            """, Facts.Diets),
        Define.Facts("color-of", """
            What color is @thing?
            Which color does @thing usually have?
            Name the color of the thing in the input.
            Given a thing, write the color that we know it by.
            I want to paint @thing. Which paint do I need?
            A child colors @thing in a book; which crayon is right?
            Of what color do you think when you hear @word?
            Tell me how @thing looks: say its color.
            Close your eyes and see the thing below. What is its color?
            Most of them have the same color. Which one is it?
            """, Facts.ColorsOf),
        Define.Facts("use-of", """
            What do we use @thing for?
            Tell what you can do with @thing.
            Given a thing from the house, explain its use in a few words.
            Why would somebody need @thing?
            Say what @thing is good for.
            A visitor has never seen this thing. Describe what people do with it.
            For which job would you take @thing?
            I found @thing in a box. How can it help me?
            Every tool has a purpose; write the purpose of this one.
            Name the action that goes with @thing.
            """, Facts.Uses),
        Define.Facts("workplace", """
            Where does a person with this job work?
            Name the place of work for @job.
            Given a job, write where it is done.
            In which place do you meet someone who does @job?
            A friend has the job below. Where does she go in the morning?
            Match @job to the place where it happens.
            Which building or place belongs to @job?
            At work time, where should I look for such a worker?
            Say where somebody with the job in the input spends the day.
            It is Monday. Tell me where this worker is.
            """, Facts.Workplaces),
        Define.Facts("definition", """
            What does @word mean?
            Explain @word in a short phrase.
            Give a simple definition of @word.
            A child does not know @word. Tell what it is.
            Write what you would find in a dictionary for @word.
            Given a word, describe its meaning with a few easy words.
            How would you explain the word in the input to a friend?
            Say in other words what is meant by @word.
            I have never heard @word before; what is it?
            Put the meaning of the term below into plain English.
            """, Facts.Meanings),
        Define.Solved("riddle", """
            Solve the riddle about an animal.
            Which animal (is meant|do I think of)?
            Guess the animal from @clues.
            Read @clues and name the animal that fits.
            I am thinking of an animal; find out who it is.
            Given the sound and the home, tell which animal it is.
            The text describes somebody with fur or feathers. Who?
            Here is a puzzle for children. Write the animal that answers it.
            Use @hints to work out the right animal.
            Who am I? Answer with the name of one animal.
            """, (random, _) => Riddle(Riddled[random.Next(Riddled.Length)]), (_, clue) => Riddled.FirstOrDefault(animal => clue == Riddle(animal)), isMemorised: true),
    ];

    static readonly string[] Riddled = [.. Facts.Sounds.Keys.Where(Facts.Homes.ContainsKey).Order(StringComparer.Ordinal)];

    static string Riddle(string animal) => $"It says {Facts.Sounds[animal]}. Its home is the {Facts.Homes[animal]}.";
}
