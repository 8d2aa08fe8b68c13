using System.Text.Json;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class SelfInstructPipelineTests : IDisposable
{
    static readonly SelfInstructOptions Options = new() { Instructions = new InstructionOptions { Target = 30 } };

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task A_run_leaves_every_file_of_the_contract()
    {
        var counts = await RunAsync("a", Options, ScriptedTasks.Model());
        Assert.Equal(30, counts.Accepted);
        Assert.Equal(10, counts.Classification);
        Assert.Equal(60, counts.Instances);
        Assert.Equal(60 + 12, counts.Rows);
        foreach (var format in new[] { "openai_completions", "openai_chat", "alpaca", "sharegpt", "messages" })
        {
            var lines = File.ReadAllLines(In("a", "finetuning", format + ".jsonl"));
            Assert.Equal(72, lines.Length);
            Assert.All(lines, static line => JsonDocument.Parse(line).Dispose());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task No_accepted_instruction_is_above_the_threshold_to_another_or_to_a_seed()
    {
        await RunAsync("a", Options, ScriptedTasks.Model());
        var novelty = new NoveltyIndex();
        foreach (var text in ScriptedTasks.Seeds.Select(static seed => seed.Instruction).Concat(Instructions("a").Select(static line => line.Instruction)))
        {
            Assert.Null(novelty.FindAbove(text));
            novelty.Add(text);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_seed_gives_the_same_bytes_whatever_the_concurrency_and_another_seed_does_not()
    {
        await RunAsync("a", Options, ScriptedTasks.Model(1));
        await RunAsync("b", Options, ScriptedTasks.Model(7));
        await RunAsync("c", Options with { Seed = 7 }, ScriptedTasks.Model());
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl", "rejected.jsonl", "finetuning/openai_completions.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("a", file)), File.ReadAllBytes(In("b", file)));
        }

        Assert.NotEqual(File.ReadAllBytes(In("a", "machine_generated_instructions.jsonl")), File.ReadAllBytes(In("c", "machine_generated_instructions.jsonl")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(64)]
    public async Task A_run_that_dies_after_any_call_ends_as_one_that_did_not(int callsBeforeDeath)
    {
        await RunAsync("whole", Options, ScriptedTasks.Model());
        var asked = 0;
        var dying = new ScriptedModel(request => ++asked > callsBeforeDeath ? throw new ModelException("died") : ScriptedTasks.Answer(request));
        await Assert.ThrowsAsync<ModelException>(async () => await RunAsync("torn", Options, dying));
        TearLastLines("torn");

        var counts = await RunAsync("torn", Options, ScriptedTasks.Model());
        Assert.Equal(File.ReadAllBytes(In("whole", "machine_generated_instructions.jsonl")), File.ReadAllBytes(In("torn", "machine_generated_instructions.jsonl")));
        Assert.Equal(File.ReadAllBytes(In("whole", "all_generated_instances.jsonl")), File.ReadAllBytes(In("torn", "all_generated_instances.jsonl")));
        var keys = JsonLines.Read(In("torn", "completions.jsonl"), RunJson.Format.RecordedCompletion).Select(static line => line.Value.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(counts.Calls, keys.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_higher_target_continues_to_what_it_would_have_been_from_the_start()
    {
        await RunAsync("steps", Options, ScriptedTasks.Model());
        await RunAsync("steps", WithTarget(50), ScriptedTasks.Model());
        await RunAsync("once", WithTarget(50), ScriptedTasks.Model());
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl", "rejected.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("once", file)), File.ReadAllBytes(In("steps", file)));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_finished_run_asks_nothing_again()
    {
        await RunAsync("a", Options, ScriptedTasks.Model());
        var silent = new ScriptedModel(static _ => throw new ModelException("asked again"));
        Assert.Equal(30, (await RunAsync("a", Options, silent)).Accepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_candidate_is_accepted_or_rejected_by_name()
    {
        var counts = await RunAsync("a", WithTarget(20), new ScriptedModel(static request =>
            request.Origin.Stage == "instructions" ? ScriptedTasks.Answer(request) + "\n16. Draw a map of it\n17. Too short\n18. ?Why is it so here" : ScriptedTasks.Answer(request)));
        var proposed = JsonLines.Read(In("a", "completions.jsonl"), RunJson.Format.RecordedCompletion).Count(static line => line.Value.Stage == "instructions") * 10;
        Assert.Equal(proposed, counts.Candidates);
        Assert.Equal(proposed, counts.Accepted + counts.Rejected.Values.Sum());
        Assert.Subset(
            new HashSet<string> { "needs_other_modality", "too_short", "starts_with_punctuation", "beyond_target" },
            counts.Rejected.Keys.ToHashSet());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_repeats_itself_is_told_apart_from_one_that_is_slow()
    {
        var parrot = new ScriptedModel(static _ => " Say the same thing again.\n10. Say the same thing again.");
        var error = await Assert.ThrowsAsync<ModelRanDryException>(async () => await RunAsync("a", Options, parrot));
        Assert.Contains("1 of 30", error.Message, StringComparison.Ordinal);
        Assert.Contains(JsonLines.Read(In("a", "rejected.jsonl"), TaskJson.Format.Rejection), static line =>
            line.Value is { Rule: "not_novel", Score: 1, Neighbour: "Say the same thing again." });
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_belongs_to_another_pool_is_refused()
    {
        await RunAsync("a", Options, ScriptedTasks.Model());
        File.WriteAllText(In("a", "is_clf_or_not.jsonl"), "{\"instruction\":\"something else\",\"is_classification\":\" Yes\"}\n");
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await RunAsync("a", Options, ScriptedTasks.Model()));
        Assert.Contains("is_clf_or_not.jsonl(1)", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Cancellation_leaves_a_run_that_continues()
    {
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var stopping = new ScriptedModel(request =>
        {
            if (++asked == 8)
            {
                stop.Cancel();
            }

            return ScriptedTasks.Answer(request);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RunAsync("a", Options, stopping, stop.Token));
        await RunAsync("a", Options, ScriptedTasks.Model());
        await RunAsync("whole", Options, ScriptedTasks.Model());
        Assert.Equal(File.ReadAllBytes(In("whole", "all_generated_instances.jsonl")), File.ReadAllBytes(In("a", "all_generated_instances.jsonl")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Files_of_the_original_program_are_prepared_without_a_model()
    {
        var instances = Repository.ConformanceFile("runs", "alice", "machine_generated_instances.jsonl");
        var classification = Repository.ConformanceFile("runs", "alice", "is_clf_or_not_davinci_template_1.jsonl");
        using var folder = RunFolder.Open(_folder.In("alice"));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(Options, ScriptedTasks.Seeds, ScriptedTasks.Model(), folder, TimeProvider.System, null, CancellationToken.None);
        var counts = pipeline.PrepareDataset(instances, classification);

        // The original made 226 instances of these; its white space and tie rules differ a little from profile `paper`.
        Assert.InRange(counts.Instances, 220, 232);
    }

    [Fact]
    public async Task Instances_without_what_the_model_wrote_are_refused()
    {
        using var folder = RunFolder.Open(_folder.In("a"));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(Options, ScriptedTasks.Seeds, ScriptedTasks.Model(), folder, TimeProvider.System, null, CancellationToken.None);
        var instances = _folder.Write("instances.jsonl", "{\"instruction\":\"Name a bird\",\"instance\":\"wren\"}\n");
        var error = Assert.Throws<InvalidDataException>(() => pipeline.PrepareDataset(instances, _folder.Write("clf.jsonl", "")));
        Assert.Contains("object 1 has no field raw_instances", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    static SelfInstructOptions WithTarget(int target) => Options with { Instructions = Options.Instructions with { Target = target } };

    async Task<RunCounts> RunAsync(string name, SelfInstructOptions options, ILanguageModel model, CancellationToken cancellationToken = default)
    {
        using var folder = RunFolder.Open(_folder.In(name));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(options, ScriptedTasks.Seeds, model, folder, TimeProvider.System, null, CancellationToken.None);
        return await pipeline.RunAsync(cancellationToken);
    }

    IEnumerable<MachineInstruction> Instructions(string run) =>
        JsonLines.Read(In(run, "machine_generated_instructions.jsonl"), TaskJson.Format.MachineInstruction).Select(static line => line.Value);

    /// <summary>What kill -9 can leave: half a line at the end of any file.</summary>
    void TearLastLines(string run)
    {
        foreach (var file in Directory.EnumerateFiles(_folder.In(run), "*.jsonl"))
        {
            File.AppendAllText(file, "{\"instruction\":\"half a li");
        }
    }

    string In(string run, params string[] parts) => Path.Combine([_folder.In(run), .. parts]);
}
