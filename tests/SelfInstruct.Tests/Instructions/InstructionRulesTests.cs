using SelfInstruct.Instructions;

namespace SelfInstruct.Tests.Instructions;

public sealed class InstructionRulesTests
{
    [Theory]
    [InlineData("Write a short poem", null)]
    [InlineData("Write a poem", "too_short")]
    [InlineData("Describe the image in words", "needs_other_modality")]
    [InlineData("Describe the Pictures in words", "needs_other_modality")]
    [InlineData("Tell me how to go to Rome", "needs_other_modality")]
    [InlineData("Describe the imagery in words", null)]
    [InlineData("Profile the writer of this text", null)]
    [InlineData("Write a program that sorts numbers", "asks_for_program")]
    [InlineData("Write a Programme for the concert", "asks_for_program")]
    [InlineData("\"Quoted\" text begins with a mark", "starts_with_punctuation")]
    [InlineData("$5 is how many euro cents", "starts_with_punctuation")]
    [InlineData("Écris un poème sur la mer", "starts_with_non_ascii")]
    public void The_first_rule_that_rejects_is_named(string instruction, string? rule) =>
        Assert.Equal(rule, InstructionRules.FindRejection(new CandidateInstruction(instruction, CutOff: false), new InstructionOptions()));

    [Theory]
    [InlineData(150, null)]
    [InlineData(151, "too_long")]
    public void An_instruction_has_150_words_at_most(int words, string? rule) =>
        Assert.Equal(rule, InstructionRules.FindRejection(new CandidateInstruction(string.Join(' ', Enumerable.Repeat("Word", words)), CutOff: false), new InstructionOptions()));

    [Fact]
    public void A_cut_off_instruction_is_rejected_as_such() =>
        Assert.Equal("cut_off", InstructionRules.FindRejection(new CandidateInstruction("A task that ends in the", CutOff: true), new InstructionOptions()));
}
