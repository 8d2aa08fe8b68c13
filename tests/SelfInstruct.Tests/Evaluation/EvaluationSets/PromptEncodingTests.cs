using System.Text.Json;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Evaluation.EvaluationSets;

public sealed class PromptEncodingTests
{
    // The strings that ni_collator.py of Tk-Instruct builds, stripped as run_gpt3.py does; the odd spaces are its own.
    [Fact]
    public void The_definition_alone_is_encoded_as_tk_instruct_does() => Assert.Equal(
        "Definition: Name the colour of the thing.\n\nNow complete the following example -\nInput: a ripe lemon.\nOutput:",
        PromptEncoding.TkInstruct.Render(" Name the colour of the thing\n", [], "a ripe lemon "));

    [Fact]
    public void Positive_examples_are_encoded_as_tk_instruct_does() => Assert.Equal(
        "Definition: Name the colour.\n\n"
        + " Positive Example 1 -\nInput: grass.\n Output: green.\n\n"
        + " Positive Example 2 -\nInput: is snow black?\n Output: no!\n\n"
        + "Now complete the following example -\nInput: the sky (at noon)\nOutput:",
        PromptEncoding.TkInstruct.Render("Name the colour.", [new Instance("grass", "green"), new Instance("is snow black?", "no!")], "the sky (at noon)"));

    [Fact]
    public void The_plain_encoding_is_that_of_the_published_predictions()
    {
        Assert.Equal("Name the colour.\n\nInput: a lemon\nOutput:", PromptEncoding.Plain.Render("Name the colour. ", [], "a lemon"));
        Assert.Equal("Name a colour.\nOutput:", PromptEncoding.Plain.Render("Name a colour.", [], ""));
        Assert.Equal("Name it.\n\nInput: grass\nOutput: green\n\nInput: a lemon\nOutput:", PromptEncoding.Plain.Render("Name it.", [new Instance("grass", "green")], "a lemon"));
    }

    [Fact]
    public void Every_published_prompt_of_the_user_oriented_tasks_comes_out()
    {
        var file = Repository.ConformanceFile("original", "predictions", "davinci_predictions.jsonl");
        var items = UserOrientedTasks.Load(Repository.ConformanceFile("original", "user_oriented_instructions.jsonl"));
        var published = File.ReadLines(file).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()).ToList();
        Assert.Equal(252, published.Count);
        Assert.Equal(published.Order(StringComparer.Ordinal), items.Select(static item => PromptEncoding.Plain.Render(item.Instruction, [], item.Input)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_encoding_is_an_error() => Assert.Throws<InvalidDataException>(static () => PromptEncoding.Named("other"));
}
