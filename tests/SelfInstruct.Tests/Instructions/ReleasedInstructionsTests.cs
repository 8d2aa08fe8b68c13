using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;

namespace SelfInstruct.Tests.Instructions;

/// <summary>Each trap of the published code once, on sentences of our own.</summary>
public sealed class ReleasedInstructionsTests
{
    [Fact]
    public void A_prompt_has_the_published_header_and_items_without_a_final_colon() =>
        Assert.Equal(
            "Come up with a series of tasks:\n1. Name a river\n2. Say what follows\n3.",
            InstructionPrompt.Render(
                PromptTemplate.Load("instructions", null, "released").Header, ["Name\u001C a  river::", " Say what follows "], ReleasedInstructions.ToListItem));

    [Fact]
    public void All_letters_but_the_first_become_lower_case() =>
        Assert.Equal(["Tell nasa what mars is", "Sing ode an die freude"], Parse(" tell NASA what Mars is\n10. Sing Ode an die Freude"));

    [Theory]
    [InlineData(" Name one bird\n10.Name one fish", new[] { "Name one bird 10.name one fish" })]
    [InlineData(" Name one bird\n10) Name one fish", new[] { "Name one bird 10) name one fish" })]
    [InlineData(" Name one bird\n10 . Name one fish", new[] { "Name one bird", "Name one fish" })]
    [InlineData(" Name one bird\n١. Name one fish", new[] { "Name one bird", "Name one fish" })]
    [InlineData(" Name one bird\n𝟏. Name one fish", new[] { "Name one bird", "Name one fish" })]
    [InlineData("9. Name one bird\n10. Name one fish", new[] { "9. name one bird", "Name one fish" })]
    public void Only_a_number_with_a_full_stop_and_a_space_begins_an_item(string text, string[] items) => Assert.Equal(items, Parse(text));

    [Fact]
    public void Everything_in_a_completion_that_ran_out_of_tokens_is_rejected() =>
        Assert.All(Read(" Name one river in Asia.\n10. Name one river in", "length"), static candidate => Assert.Equal("cut_off", Reject(candidate)));

    [Theory]
    [InlineData("ﬁnd the odd word out", null)]
    [InlineData("ßa or sa, which is right", null)]
    [InlineData("écris une lettre à Paul", "starts_with_non_ascii")]
    [InlineData("write a PROGRAM for the concert night", "asks_for_program")]
    [InlineData("write a programme for the concert night", "asks_for_program")]
    [InlineData("mark Rome on the map² of Italy", null)]
    [InlineData("mark Rome on the map\u0301 of Italy", "needs_other_modality")]
    [InlineData("«Quote» one line of verse", "starts_with_non_ascii")]
    [InlineData("(Quote) one line of verse", "starts_with_punctuation")]
    [InlineData("one\u200Btwo three four", "too_short")]
    [InlineData("one\u001Ctwo\u001Dthree\u001Efour", null)]
    public void The_rule_that_rejects_is_named(string instruction, string? rule) => Assert.Equal(rule, Reject(Assert.Single(Read(instruction, "stop"))));

    static string? Reject(CandidateInstruction candidate) => InstructionRules.FindRejection(candidate, Profiles.Released.Instructions);

    static IEnumerable<string> Parse(string text) => Read(text, "stop").Select(static candidate => candidate.Text);

    static List<CandidateInstruction> Read(string text, string finishReason) => [.. ReleasedInstructions.Parse(new Completion(text, finishReason, new TokenUsage(0, 0)))];
}
