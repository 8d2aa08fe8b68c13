using SelfInstruct.Answers;
using SelfInstruct.Instances;
using SelfInstruct.Prompts;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instances;

public sealed class ModernInstancesTests
{
    const string Prose = "The harbour was quiet that evening and nobody in the small town expected that the old ferry would ever come back to the pier where children used to wait for it with flags and songs, long before the bridge was built and the road";

    static readonly AnswerContext Context = new(AnswerContext.LinesOf("Output: the complete answer to the task"), "Latin", "Do it.");

    [Theory]
    [InlineData("Example 1\nInput: a\nOutput: b\nExample 2\nInput: c\nOutput: d")]
    [InlineData("Input: a\nOutput: b\n\nInput: c\nOutput: d")]
    [InlineData("**Example 1**\n\n**Input:** a\n**Output:** b\n\n---\n\n**Example 2:**\n**Input**: c\n**Output**: d")]
    [InlineData("Sure, here they are:\n### Example 1\n- Input: a\n- Output: b\n### Example 2\n- Input: c\n- Output:\nd")]
    [InlineData("Example 1\nInput:\na\nOutput:\n```\nb\n```\nExample 2\nInput: c\nOutput: d")]
    [InlineData("```\nExample 1\nInput: a\nOutput: b\nExample 2\nInput: c\nOutput: d\n```")]
    [InlineData("```json\n[{\"input\": \"a\", \"output\": \"b\"}, {\"input\": \"c\", \"output\": \"d\"}]\n```")]
    [InlineData("{\"examples\": [{\"input\": \"a\", \"output\": \"b\"}, {\"Input\": \"c\", \"Output\": \"d\"}, {\"input\": \"e\", \"outp")]
    [InlineData("{\"input\": \"a\", \"output\": \"b\"}\n{\"input\": \"c\", \"output\": \"d\"}")]
    public void Examples_of_any_form_are_read(string answer) => Assert.Equal([new("a", "b"), new("c", "d")], ModernInstances.ParseInputFirst(answer));

    [Theory]
    [InlineData("Class label: b\nInput: a\nClass label: d\nInput: c")]
    [InlineData("**Class label:** b\n**Input:** a\n\n**Class label:** d\n**Input:** c")]
    [InlineData("Example 1\nClass label: b\nInput: a\n\nExample 2\nClass label: d\nInput: c")]
    [InlineData("[{\"class_label\": \"b\", \"input\": \"a\"}, {\"label\": \"d\", \"input\": \"c\"}]")]
    public void Labels_of_any_form_are_read(string answer) => Assert.Equal([new("a", "b"), new("c", "d")], ModernInstances.ParseOutputFirst(answer));

    [Theory]
    [InlineData("Output: b", "", "b")]
    [InlineData("Input: None\nOutput: b", "", "b")]
    [InlineData("Input: <no input>\nOutput: b", "", "b")]
    [InlineData("Input: (none)\nOutput: b\nsecond: line", "", "b\nsecond: line")]
    [InlineData("[{\"input\": null, \"output\": {\"x\": 1}}]", "", "{\"x\": 1}")]
    [InlineData("A quiet sea.\nA boat.", "", "A quiet sea.\nA boat.")]
    [InlineData("Input: For example 3 apples\nOutput: The Output: is 3", "For example 3 apples", "The Output: is 3")]
    public void A_single_example_is_read(string answer, string input, string output) => Assert.Equal([new(input, output)], ModernInstances.ParseInputFirst(answer));

    [Theory]
    [InlineData("")]
    [InlineData("I see no label here.")]
    public void Without_a_label_there_is_nothing(string answer) => Assert.Empty(ModernInstances.ParseOutputFirst(answer));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("N/A", "empty")]
    [InlineData("<nooutput>", "empty")]
    [InlineData("+", null)]
    [InlineData("None", null)]
    [InlineData("I'm sorry, I can't", "refusal")]
    [InlineData("I’m sorry, but I can’t assist with that.", "refusal")]
    [InlineData("I am unable to provide that.", "refusal")]
    [InlineData("I'm sorry, but as an AI language model, I cannot access files.", "refusal")]
    [InlineData("I'm sorry, I can't come to your party.", null)]
    [InlineData("Sorry, we are closed.", null)]
    [InlineData("Well, as an AI language model, I like tea.", "mentions_ai")]
    [InlineData("My knowledge cutoff is 2021.", "mentions_ai")]
    [InlineData("AI models learn from data.", null)]
    [InlineData(Prose, "cut_off")]
    [InlineData(Prose + ".", null)]
    [InlineData("The road", null)]
    [InlineData("go on then\ngo on then\ngo on then\ngo on then\nend", "repeated_text")]
    [InlineData("go on then\ngo on then\ngo on then\nend", null)]
    [InlineData("no no no no no no no no", "repeated_text")]
    [InlineData("0 0 0 0 0 0 0 0 0 0 0 0", null)]
    [InlineData("| a | b |\n|---|---|\n| --- | --- | --- | --- |", null)]
    [InlineData("the complete answer to the task", "prompt_echo")]
    [InlineData("the complete answer", null)]
    [InlineData("Море сегодня спокойное и тёплое.", "wrong_language")]
    [InlineData("Море", null)]
    [InlineData("def f(x): return x", null)]
    [InlineData("the input", "output_equals_input")]
    [InlineData("as follows:", "ends_with_colon")]
    public void The_first_rule_that_rejects_is_named(string output, string? rule) => Assert.Equal(rule, Reject(new Instance("the input", output), Context));

    [Theory]
    [InlineData("Translate it.", "the input")]
    [InlineData("Do it.", "In Russian please")]
    public void Another_script_may_be_what_is_asked_for(string instruction, string input) =>
        Assert.Null(Reject(new Instance(input, "Море сегодня спокойное и тёплое."), Context with { Instruction = instruction }));

    [Fact]
    public void No_seed_instance_of_ours_is_rejected() => CheckSeeds(Repository.In("data", "seed_tasks.jsonl"));

    [Fact]
    public void No_seed_instance_of_the_original_is_rejected_but_as_the_paper_would() =>
        CheckSeeds(Repository.ConformanceFile("original", "seed_tasks.jsonl"), "output_equals_input", "ends_with_colon");

    static void CheckSeeds(string path, params string[] rules)
    {
        var lines = new[] { "input-first", "output-first" }.SelectMany(static name => AnswerContext.LinesOf(PromptTemplate.Load(name, null, "modern").Render("")));
        var context = new AnswerContext([.. lines], "Latin");
        Assert.Empty(
            from seed in SeedTasks.Load(path)
            from instance in seed.Instances
            let rule = Reject(instance, context with { Instruction = seed.Instruction })
            where rule is not null && !rules.Contains(rule)
            select (rule, seed.Instruction, instance.Output));
    }

    static string? Reject(Instance instance, AnswerContext context) =>
        InstanceRules.Filter([instance], cutOff: false, InstanceReading.Modern.Rules, context).Rejected.SingleOrDefault()?.Rule;
}
