using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instructions;

public sealed class AlpacaInstructionsTests
{
    const string Two = " Name a long river\n4. Input:\n<noinput>\n4. Output:\nThe Nile\n###\n5. Instruction: Sort the three words\n5. Input:\nb, a, c\n5. Output:\na, b, c\n";

    [Fact]
    public void A_prompt_shows_whole_tasks_and_ends_with_the_next_number() =>
        Assert.Equal(
            "Tasks:\n###\n1. Instruction: Sort the words\n1. Input:\nb a\n1. Output:\na b\n###\n2. Instruction: Name a river\n2. Input:\n<noinput>\n2. Output:\nThe Nile\n###\n3. Instruction:",
            AlpacaInstructions.Render(
                "Tasks:",
                ["Sort  the words:", "Name a river"],
                new Dictionary<string, Instance> { ["Name a river"] = new("", "The Nile"), ["Sort  the words:"] = new("b a", "a b") }));

    [Theory]
    [InlineData(Two)]
    [InlineData("4. Instruction:" + Two)]
    [InlineData("\nInstruction:" + Two)]
    public void Whole_tasks_are_read(string answer) =>
        Assert.Equal(
            [("Name a long river", new Instance("", "The Nile"), null), ("Sort the three words", new Instance("b, a, c", "a, b, c"), null)],
            Parse(answer).Select(static candidate => (candidate.Text, candidate.Instance!, Reject(candidate))));

    [Fact]
    public void The_last_task_of_a_completion_that_ran_out_of_tokens_is_cut_off() => Assert.Equal([null, "cut_off"], Parse(Two, "length").Select(Reject));

    [Theory]
    [InlineData("Name a long river", null)]
    [InlineData("name a long river of NASA", null)]
    [InlineData("Name a river", "too_short")]
    [InlineData("Describe the image in words", "needs_other_modality")]
    [InlineData("Describe the Video in words", "needs_other_modality")]
    [InlineData("Write a text about music", "needs_other_modality")]
    [InlineData("Describe the videotape in words", null)]
    [InlineData("Write a program that sorts", "asks_for_program")]
    [InlineData("write a program that sorts", null)]
    [InlineData("\"Quoted\" text begins so", "starts_with_punctuation")]
    [InlineData("Écris un poème sur la mer", "starts_with_non_ascii")]
    public void The_first_rule_that_rejects_is_named(string instruction, string? rule) =>
        Assert.Equal(rule, Reject(Assert.Single(Parse($"{instruction}\n4. Input:\n<noinput>\n4. Output:\nx"))));

    [Theory]
    [InlineData("Name a long river\n4. Output:\nx")]
    [InlineData("Name a long river\n4. Output:\nx\n4. Input:\ny")]
    [InlineData("Name a long river\n4. Input:\ny\n4. Output:\nx\n4. Output:\nz")]
    [InlineData("Name a long river")]
    public void A_block_without_its_three_parts_is_no_task(string answer) => Assert.Equal("incomplete_task", Reject(Assert.Single(Parse(answer))));

    static string? Reject(CandidateInstruction candidate) => InstructionRules.FindRejection(candidate, Profiles.Alpaca.Instructions);

    static List<CandidateInstruction> Parse(string answer, string finishReason = "stop") =>
        [.. AlpacaInstructions.Parse(new Completion(answer, finishReason, new TokenUsage(0, 0)))];
}
