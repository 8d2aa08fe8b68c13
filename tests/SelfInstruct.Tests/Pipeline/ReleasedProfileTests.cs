using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class ReleasedProfileTests : IDisposable
{
    const string GivenPool = "{\"instruction\": \"Whistle a tune\", \"request_idx\": 3}\n\n{\"instruction\": \"Fold a paper boat\", \"request_idx\": 6}\n";

    static readonly SelfInstructOptions Options = Profiles.Released with { Instructions = Profiles.Released.Instructions with { Target = 30 } };

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task The_target_is_overshot_to_the_end_of_its_round_and_requests_are_counted_by_rounds()
    {
        await RunAsync("a", Options);
        var accepted = Instructions("a");
        Assert.Equal(35, accepted.Count);
        Assert.All(accepted, static line => Assert.Equal(line.Round, line.RequestIdx));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pool_from_elsewhere_is_continued_and_kept()
    {
        Directory.CreateDirectory(_folder.In("a"));
        File.WriteAllText(InstructionsFile("a"), GivenPool);
        await RunAsync("a", Options);
        Assert.StartsWith(GivenPool, File.ReadAllText(InstructionsFile("a")), StringComparison.Ordinal);
        var ours = Instructions("a").Skip(2).ToList();
        Assert.Equal((7, "instruction_2"), (ours[0].RequestIdx, ours[0].Id));
        Assert.Equal(2 + 35, ours.Count + 2);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_profile_paper_continues_a_pool_from_elsewhere_too()
    {
        Directory.CreateDirectory(_folder.In("a"));
        File.WriteAllText(InstructionsFile("a"), GivenPool);
        await RunAsync("a", new SelfInstructOptions { Instructions = new InstructionOptions { Target = 9 } });
        Assert.Equal(["Whistle a tune", "Fold a paper boat"], Instructions("a").Take(2).Select(static line => line.Instruction));
        Assert.Equal([7, 7, 7, 7, 7, 7, 7], Instructions("a").Skip(2).Select(static line => line.RequestIdx));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(40)]
    public async Task A_run_that_dies_draws_the_same_prompts_again(int callsBeforeDeath)
    {
        var threeRounds = Options with { Instructions = Options.Instructions with { Target = 100 } };
        await RunAsync("whole", threeRounds);
        var asked = 0;
        var dying = new ScriptedModel(request => ++asked > callsBeforeDeath ? throw new ModelException("died") : ScriptedTasks.Answer(request));
        await Assert.ThrowsAsync<ModelException>(() => RunAsync("torn", threeRounds, dying));
        await RunAsync("torn", threeRounds);
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl", "finetuning/openai_completions.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("whole", file)), File.ReadAllBytes(In("torn", file)));
        }

        Assert.Equal(Prompts("whole"), Prompts("torn"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_last_round_that_was_torn_beyond_the_target_is_made_whole_again()
    {
        await RunAsync("a", Options);
        var whole = File.ReadAllBytes(InstructionsFile("a"));
        File.WriteAllLines(InstructionsFile("a"), File.ReadLines(InstructionsFile("a")).Take(31).ToList());
        File.Delete(In("a", "is_clf_or_not.jsonl"));
        File.Delete(In("a", "machine_generated_instances.jsonl"));
        await RunAsync("a", Options);
        Assert.Equal(whole, File.ReadAllBytes(InstructionsFile("a")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lower_target_takes_nothing_back()
    {
        await RunAsync("a", Options);
        var whole = File.ReadAllBytes(InstructionsFile("a"));
        await RunAsync("a", Options with { Instructions = Options.Instructions with { Target = 10 } });
        Assert.Equal(whole, File.ReadAllBytes(InstructionsFile("a")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_carry_the_published_codes_sampling()
    {
        List<CompletionRequest> requests = [];
        await RunAsync("a", Options, new ScriptedModel(request =>
        {
            requests.Add(request);
            return ScriptedTasks.Answer(request);
        }));
        var byStage = requests.ToLookup(static request => request.Origin.Stage, static request => request.Sampling);
        Assert.All(byStage["instructions"], static s => Assert.Equal((0.7, 0.5, 2.0, 1024), (s.Temperature, s.TopP, s.PresencePenalty, s.MaxTokens)));
        Assert.All(byStage["classification"], static s => Assert.Equal((0.0, 0.0, 3, "\n|Task"), (s.Temperature, s.TopP, s.MaxTokens, string.Join('|', s.Stop))));
        Assert.All(byStage["instances"], static s => Assert.Equal((0.0, 0.0, 1.5, "Example 6|Task:"), (s.Temperature, s.TopP, s.PresencePenalty, string.Join('|', s.Stop))));

        // Every third instruction is a classification task, so every batch of five has one.
        Assert.All(byStage["instances"], static s => Assert.Equal(300, s.MaxTokens));
        Assert.Equal(350, Options.Instances.MaxTokens);
    }

    public void Dispose() => _folder.Dispose();

    async Task RunAsync(string name, SelfInstructOptions options, ILanguageModel? model = null)
    {
        using var folder = RunFolder.Open(_folder.In(name));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(options, ScriptedTasks.Seeds, model ?? ScriptedTasks.Model(), folder, TimeProvider.System, null, CancellationToken.None);
        await pipeline.RunAsync(CancellationToken.None);
    }

    List<MachineInstruction> Instructions(string run) => [.. JsonLines.Read(InstructionsFile(run), TaskJson.Format.MachineInstruction).Select(static line => line.Value)];

    SortedSet<string> Prompts(string run) => [.. JsonLines.Read(In(run, "completions.jsonl"), RunJson.Format.RecordedCompletion).Select(static line => line.Value.Prompt)];

    string InstructionsFile(string run) => In(run, "machine_generated_instructions.jsonl");

    string In(string run, string file) => Path.Combine(_folder.In(run), file);
}
