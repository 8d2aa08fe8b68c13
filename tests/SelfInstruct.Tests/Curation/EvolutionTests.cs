using System.Collections.Immutable;
using SelfInstruct.Curation;
using SelfInstruct.Datasets;
using SelfInstruct.Evaluation;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Curation;

public sealed class EvolutionTests : IDisposable
{
    static readonly TrainingExample Parent = new("Name three birds that live by the sea.", "", "gull, tern, auk");

    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("Instruction: Explain why gulls follow ships far out.\nInput: none", "Explain why gulls follow ships far out.", "", null)]
    [InlineData("**Instruction:** Sort these birds by size.\n**Input:** auk, tern,\ngull", "Sort these birds by size.", "auk, tern,\ngull", null)]
    [InlineData("```\nInstruction: Sort these birds by size.\n```", "Sort these birds by size.", "", null)]
    [InlineData("Explain why gulls follow ships.", "", "", "no_instruction_found")]
    [InlineData("I'm sorry, but I can't help with that.", "", "", "refusal")]
    [InlineData("Instruction: Sort them.", "Sort them.", "", "too_short")]
    [InlineData("Instruction: Answer the rewritten prompt about birds of the sea.", "Answer the rewritten prompt about birds of the sea.", "", "prompt_echo")]
    [InlineData("Instruction: Name three birds that live by the", "Name three birds that live by the", "", "cut_off")]
    [InlineData("Instruction: Назови трёх птиц, которые живут у моря.", "Назови трёх птиц, которые живут у моря.", "", "wrong_language")]
    [InlineData("Instruction: As an AI, name the birds of the sea.", "As an AI, name the birds of the sea.", "", "mentions_ai")]
    public void A_task_is_read_or_eliminated_by_name(string answer, string instruction, string input, string? fault) =>
        Assert.Equal(new EvolvedTask(instruction, input, fault), EvolvedTask.Read(answer, "stop", Parent));

    [Theory]
    [InlineData("length", "cut_off")]
    [InlineData("content_filter", "content_filter")]
    public void An_answer_that_did_not_end_is_no_task(string finishReason, string fault) =>
        Assert.Equal(fault, EvolvedTask.Read("Instruction: Sort these birds by size.", finishReason, Parent).Fault);

    [Fact(Timeout = 30_000)]
    public async Task New_tasks_are_answered_and_the_others_are_rejected_with_what_they_are_too_near_to()
    {
        ImmutableArray<CurationRow> rows = [Row("a", "Name three birds that live by the sea."), Row("b", "Count the words of a long letter."), Row("c", "Describe the colour of old copper roofs.")];
        var rounds = await RunAsync(rows, generations: 2, static request => request.Origin switch
        {
            { Stage: "evolve_output" } => request.Prompt.Contains("refuse", StringComparison.Ordinal) ? "I cannot help with that." : "An answer.",
            { Slot: 0 } => "Instruction: Name three birds that live by the sea.",
            { Slot: 1, Round: 1 } => "Instruction: Write a short play about an umbrella that was lost.",
            { Slot: 1 } => "Instruction: Rewrite as a radio drama, with sounds between the lines.\nInput: Anna: Where is it? Ben: Gone.",
            { Round: 1 } => "Instruction: Say how one may refuse an odd request.",
            _ => "Instruction: List polite words with which people refuse invitations to weddings.",
        });
        Assert.Equal([("b.e1", "b", 1), ("b.e1.e2", "b.e1", 2)], rounds.SelectMany(static round => round.Accepted).Select(static line => (line.Id, line.Parent, line.Generation)));
        Assert.Equal(["no_change", "output_refusal", "no_change", "output_refusal"], rounds.SelectMany(static round => round.Rejected).Select(static line => line.Rule));
        Assert.Equal((rows[0].Example.Instruction, 1.0), (rounds[0].Rejected[0].Neighbour, rounds[0].Rejected[0].Score));
        Assert.All(rounds.SelectMany(static round => round.Accepted), static line => Assert.NotEqual(line.Completion, line.OutputCompletion));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_child_has_an_id_of_its_own_where_a_row_has_that_id_already()
    {
        ImmutableArray<CurationRow> rows = [Row("3", "Name three birds that live by the sea."), Row("3.e1", "Count the words of a long letter.")];
        var rounds = await RunAsync(rows, generations: 2, static request => request.Origin switch
        {
            { Stage: "evolve_output" } => "An answer.",
            { Slot: 1, Round: 1 } => "Instruction: Count the words of a long letter.",
            { Slot: 0, Round: 1 } => "Instruction: Write a short play about an umbrella that was lost.",
            { Slot: 0 } => "Instruction: Rewrite as a radio drama, with sounds between the lines.",
            _ => "Instruction: Say how one may refuse an odd request.",
        });
        Assert.Equal(
            [("3.e1#2", "3"), ("3.e1#2.e2", "3.e1#2"), ("3.e1.e2", "3.e1")],
            rounds.SelectMany(static round => round.Accepted).Select(static line => (line.Id, line.Parent)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_equal_proposals_are_one_row_whatever_the_concurrency()
    {
        ImmutableArray<CurationRow> rows = [.. Enumerable.Range(0, 20).Select(static n => Row($"r{n}", $"Task number {n} about w{n * 7} and x{n * 11} and y{n * 13}."))];
        var rounds = await RunAsync(rows, 1, static request => request.Origin.Stage == "evolve" ? $"Instruction: Count all the leaves of tree {request.Origin.Slot / 10} once more." : "Ten.");
        var alone = await RunAsync(rows, 1, static request => request.Origin.Stage == "evolve" ? $"Instruction: Count all the leaves of tree {request.Origin.Slot / 10} once more." : "Ten.", concurrency: 1);
        Assert.Equal(alone[0].Accepted, rounds[0].Accepted);
        Assert.Equal("r0", Assert.Single(rounds[0].Accepted).Parent);
        Assert.Equal(19, rounds[0].Rejected.Count(static line => line.Rule == "not_novel"));
    }

    [Fact]
    public void Every_kind_has_a_prompt_of_its_own_that_shows_the_task_and_not_its_output()
    {
        var prompts = EvolutionKind.All.Select(static kind => kind.Ask(Parent, null)).ToList();
        Assert.Equal(EvolutionKind.All.Length, prompts.Distinct().Count());
        Assert.All(prompts, static prompt => Assert.Contains(Parent.Instruction, prompt, StringComparison.Ordinal));
        Assert.All(prompts, static prompt => Assert.DoesNotContain(Parent.Output, prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_of_prompts_replaces_them()
    {
        _folder.Write("evolve-depth.txt", "Go deeper.");
        Assert.StartsWith("Go deeper.\n\n<instruction>", EvolutionKind.Named(["depth"])[0].Ask(Parent, _folder.FolderPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gull", "stop", null)]
    [InlineData("5", "stop", null)]
    [InlineData("gu", "length", "cut_off")]
    [InlineData("", "content_filter", "content_filter")]
    [InlineData(" ", "stop", "empty")]
    [InlineData("...!", "stop", "no_content")]
    [InlineData("I'm sorry, I cannot help with that.", "stop", "refusal")]
    public async Task An_output_that_cannot_be_used_leaves_the_old_one(string text, string finishReason, string? fault)
    {
        var model = new FinishingModel(text, finishReason);
        await using var log = await new EvaluationFolder(_folder.In("r")).OpenCompletionsAsync(model, TimeProvider.System, null, CancellationToken.None);
        var row = (await new Relabelling(log, 64).RelabelAsync([new CurationRow("a", Parent)], CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken)).Single();
        Assert.Equal((fault, fault is null ? text : Parent.Output, fault is null), (row.Answer.Fault, row.Output, row.IsChanged));
    }

    public void Dispose() => _folder.Dispose();

    static CurationRow Row(string id, string instruction) => new(id, new TrainingExample(instruction, "", "old"));

    async Task<List<EvolutionRound>> RunAsync(ImmutableArray<CurationRow> rows, int generations, Func<CompletionRequest, string> answer, int concurrency = 8)
    {
        var model = new ScriptedModel(answer) { IsChat = true, MaxConcurrency = concurrency };
        await using var log = await new EvaluationFolder(_folder.In($"e{concurrency}")).OpenCompletionsAsync(model, TimeProvider.System, null, CancellationToken.None);
        return await new Evolution(log, new EvolutionOptions(generations, EvolutionKind.All)).RunAsync(rows, CancellationToken.None).ToListAsync();
    }

    sealed record FinishingModel(string Text, string FinishReason) : ILanguageModel
    {
        public string Id => "finishing";

        public int ContextLength => 4096;

        public bool IsChat => true;

        public int MaxConcurrency => 1;

        public int CountTokens(string text) => text.Length;

        public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) => Task.FromResult(new Completion(Text, FinishReason, new TokenUsage(1, 1)));
    }
}
