using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Instructions;

public sealed class InstructionPromptTests
{
    static readonly string[] Seeds = [.. Enumerable.Range(0, 20).Select(static n => $"seed {n}")];

    [Fact]
    public void A_prompt_is_a_numbered_list_that_ends_with_the_next_number() =>
        Assert.Equal("List:\n1. Do this\n2. Do that.\n3.", InstructionPrompt.Render("List:", ["Do  this:\n", " Do that."]));

    [Fact]
    public void All_demonstrations_are_seeds_while_the_pool_is_empty()
    {
        var drawn = Draw([]);
        Assert.Equal(8, drawn.Distinct().Count());
        Assert.All(drawn, static text => Assert.StartsWith("seed", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_demonstrations_of_eight_are_generated_once_there_are_any() =>
        Assert.Equal(2, Draw(["new 1", "new 2", "new 3"]).Count(static text => text.StartsWith("new", StringComparison.Ordinal)));

    [Fact]
    public void Generated_demonstrations_stand_anywhere_in_the_list()
    {
        var places = Enumerable.Range(0, 200)
            .Select(static slot => InstructionPrompt.DrawDemonstrations(Seeds, ["new"], new InstructionOptions(), new CounterRandom(1, "test", 0, slot)).IndexOf("new"))
            .ToHashSet();
        Assert.Equal(8, places.Count);
    }

    [Fact]
    public void A_completion_is_split_at_its_numbers() =>
        Assert.Equal(
            ["Name a fruit.", "Sum up the text below.", "Who are you?"],
            Parse(" name a fruit.\n10. Sum up\nthe  text below.\n11 . Who are you?"));

    [Fact]
    public void A_number_that_a_chat_model_repeats_is_no_part_of_the_first_instruction() =>
        Assert.Equal(["Name a fruit.", "Count to ten."], Parse("9. Name a fruit.\n10. Count to ten."));

    [Fact]
    public void Numbers_inside_an_instruction_split_nothing() =>
        Assert.Equal(["Add 3. 5 and 10.2 to it.", "Next one here"], Parse(" Add 3. 5 and 10.2 to it.\n10. Next one here"));

    [Fact]
    public void Only_the_last_instruction_of_a_completion_that_ran_out_of_tokens_is_cut_off()
    {
        var parsed = InstructionPrompt.Parse(new Completion(" One whole task.\n10. Half a", "length", new TokenUsage(0, 0))).ToList();
        Assert.Equal([false, true], parsed.Select(static candidate => candidate.CutOff));
    }

    static IEnumerable<string> Parse(string text) =>
        InstructionPrompt.Parse(new Completion(text, "stop", new TokenUsage(0, 0))).Select(static candidate => candidate.Text);

    static IReadOnlyList<string> Draw(string[] generated) =>
        InstructionPrompt.DrawDemonstrations(Seeds, generated, new InstructionOptions(), new CounterRandom(1, "test", 0, 0));
}
