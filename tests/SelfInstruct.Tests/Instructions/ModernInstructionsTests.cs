using SelfInstruct.Answers;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instructions;

public sealed class ModernInstructionsTests
{
    static readonly AnswerContext Context = new(AnswerContext.LinesOf("Write ten new tasks for me.\n1. Name the capital of a country.\n2. Sort it."), "Latin");

    [Theory]
    [InlineData("1. Name a river\n2. Sort the NASA list")]
    [InlineData("1) Name a river\n2) Sort the NASA list")]
    [InlineData("**1.** Name a river\n**2.** Sort the NASA list")]
    [InlineData("**1**. Name a river\n\n**2**. Sort the NASA list")]
    [InlineData("9. Name a river\r\n10. Sort the NASA list")]
    [InlineData("1. **Name a river**\n2. \"Sort the NASA list\"")]
    [InlineData("### 1. Name a river\n### 2. Sort the NASA list")]
    [InlineData("Task 1: Name a river\nTask 2: Sort the NASA list")]
    [InlineData("1. Task: Name a river\n2. Instruction: Sort the NASA list")]
    [InlineData("Sure! Here are two tasks:\n\n1. Name a river\n2. Sort the\n   NASA list\n\nI hope these help!")]
    [InlineData("- Name a river\n- Sort the NASA list")]
    [InlineData("* Name a river\n• Sort the NASA list")]
    [InlineData("```\n1. Name a river\n2. Sort the NASA list\n```")]
    [InlineData("Here you are:\n```json\n[\"Name a river\", \"Sort the NASA list\"]\n```\nGood luck!")]
    [InlineData("[\"Name a river\", \"Sort the NASA list\",]")]
    [InlineData("[{\"instruction\": \"Name a river\"}, {\"id\": 2, \"Task\": \"Sort the NASA list\"}]")]
    [InlineData("{\"tasks\": [\"Name a river\", {\"task\": \"Sort the NASA list\"}]}")]
    [InlineData("{\"instruction\": \"Name a river\"}\n{\"instruction\": \"Sort the NASA list\"}")]
    [InlineData("[\"Name a river\", \"Sort the NASA list\", \"Tell how")]
    [InlineData("{\"tasks\": [{\"task\": \"Name a river\"}, {\"task\": \"Sort the NASA list\"}, {\"task\": \"Te")]
    [InlineData("Tasks:\nName a river\nSort the NASA list")]
    public void A_list_of_any_form_is_read(string answer) =>
        Assert.Equal(["Name a river", "Sort the NASA list"], Parse(answer).Select(static candidate => candidate.Text));

    [Theory]
    [InlineData("name a river in *one* word", "name a river in *one* word")]
    [InlineData("1. Add 2.5 and 3. Show the sum.", "Add 2.5 and 3. Show the sum.")]
    [InlineData("1. Choose one: a river, a hill\n   - say why", "Choose one: a river, a hill - say why")]
    [InlineData("1. [Name] is a placeholder; what is it for?", "[Name] is a placeholder; what is it for?")]
    [InlineData("1. What does ```x = 1``` do?", "What does ```x = 1``` do?")]
    [InlineData("1. 写一首诗。", "写一首诗。")]
    public void What_belongs_to_an_item_stays(string answer, string text) => Assert.Equal([text], Parse(answer).Select(static candidate => candidate.Text));

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("[]")]
    [InlineData("{\"note\": 3}\n")]
    public void Of_nothing_nothing_is_read(string answer) => Assert.DoesNotContain(Parse(answer), static candidate => Reject(candidate) is null);

    [Fact]
    public void Only_the_last_item_of_a_list_is_cut_off_by_the_limit() =>
        Assert.Equal([false, true], Parse("1. Name a river\n2. Sort the", "length").Select(static candidate => candidate.CutOff));

    [Theory]
    [InlineData("...", "empty")]
    [InlineData("!?", "empty")]
    [InlineData("Put a comma into \"...\"", null)]
    [InlineData("Name a river and the", "cut_off")]
    [InlineData("Sort these rivers by length,", "cut_off")]
    [InlineData("What are you looking for", null)]
    [InlineData("I'm sorry, I can't help with that request", "refusal")]
    [InlineData("Sorry, but I cannot assist with this.", "refusal")]
    [InlineData("I cannot provide tasks on this subject", "refusal")]
    [InlineData("Say politely: I'm sorry, I can't help you today", null)]
    [InlineData("I can see a bird; guess its name", null)]
    [InlineData("As an AI language model, I have no tasks", "mentions_ai")]
    [InlineData("Guess what I, as an AI, like most", "mentions_ai")]
    [InlineData("Explain how an AI model learns from text", null)]
    [InlineData("Describe your day as an AI researcher at a lab", null)]
    [InlineData("Write ten new tasks for me. They must differ", "prompt_echo")]
    [InlineData("Name the capital of a country. Then its rivers", "prompt_echo")]
    [InlineData("Name the capital of a region with no country", null)]
    [InlineData("Sort the list and sort the list and sort the list and sort the list and go", "repeated_text")]
    [InlineData("Sort the list and sort the list again", null)]
    [InlineData("Explain knock knock knock knock jokes to me", null)]
    [InlineData("写一首关于大海的诗，不要太长", "wrong_language")]
    [InlineData("Напиши короткое стихотворение о море", "wrong_language")]
    [InlineData("Translate 写一首关于大海的诗 into English please, with notes", null)]
    [InlineData("Écris un poème sur la mer", null)]
    [InlineData("Write a poem", "too_short")]
    [InlineData("Write a short poem", null)]
    [InlineData("Describe the image in words", null)]
    [InlineData("write a program that sorts numbers", null)]
    [InlineData("\"Quoted\" text begins with a mark", null)]
    public void The_first_rule_that_rejects_is_named(string instruction, string? rule) => Assert.Equal(rule, Reject(new CandidateInstruction(instruction, CutOff: false)));

    [Fact]
    public void Keywords_of_other_modalities_are_looked_at_when_asked_for() =>
        Assert.Equal(
            "needs_other_modality",
            InstructionRules.FindRejection(new CandidateInstruction("Describe the image in words", CutOff: false), Profiles.Modern.Instructions with { RejectModalities = true }));

    [Fact]
    public void Seeds_of_another_script_are_no_wrong_language()
    {
        var chinese = new AnswerContext([], Script.FindDominating("写一首诗\n把句子译成英文"));
        Assert.Null(Reject(new CandidateInstruction("写一首关于大海的诗，不要太长", CutOff: false), chinese));
        Assert.Equal("wrong_language", Reject(new CandidateInstruction("Write a poem about the sea", CutOff: false), chinese));
    }

    [Fact]
    public void A_long_instruction_is_measured_in_words_of_its_own_script() =>
        Assert.Equal("too_long", Reject(new CandidateInstruction(string.Concat(Enumerable.Range(0, 151).Select(static n => (char)('一' + n))), CutOff: false), AnswerContext.None));

    [Fact]
    public void No_seed_task_of_ours_is_rejected() => CheckSeeds(Repository.In("data", "seed_tasks.jsonl"));

    [Fact]
    public void No_seed_task_of_the_original_is_rejected_but_for_its_length() => CheckSeeds(Repository.ConformanceFile("original", "seed_tasks.jsonl"), "too_short", "too_long");

    static void CheckSeeds(string path, params string[] rules)
    {
        var seeds = SeedTasks.Load(path).Select(static seed => seed.Instruction).ToList();
        var context = new AnswerContext(AnswerContext.LinesOf(SelfInstruct.Prompts.PromptTemplate.Load("instructions", null, "modern").Header), Script.FindDominating(string.Join('\n', seeds)));
        Assert.Equal("Latin", context.Script);
        var rejected = from seed in seeds
                       let rule = Reject(new CandidateInstruction(seed, CutOff: false), context)
                       where rule is not null && !rules.Contains(rule)
                       select (rule, seed);
        Assert.Empty(rejected);
    }

    static string? Reject(CandidateInstruction candidate, AnswerContext? context = null) =>
        InstructionRules.FindRejection(candidate with { Context = context ?? Context }, Profiles.Modern.Instructions);

    static List<CandidateInstruction> Parse(string answer, string finishReason = "stop") =>
        [.. ModernInstructions.Parse(new Completion(answer, finishReason, new TokenUsage(0, 0)))];
}
