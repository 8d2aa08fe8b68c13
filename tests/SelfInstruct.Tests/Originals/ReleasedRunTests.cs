using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Originals;

/// <summary>Whole steps with the profile `released` against whole steps of the original program.</summary>
public sealed class ReleasedRunTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 120_000)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task The_loop_continues_a_pool_as_the_original_does(int poolSize)
    {
        var accepted = await ContinueAsync(poolSize, [200 + poolSize - 100]);
        var expected = Golden.Read("golden", $"f_bootstrap_loop_from_{poolSize}.jsonl").ToList();
        Assert.Equal(expected.Select(static line => line.Text("instruction")), accepted.Select(static line => line.Instruction));
        Assert.Equal(expected.Select(static line => line.GetProperty("request_idx").GetInt32()), accepted.Select(static line => line.RequestIdx));
        var prompts = JsonLines.Read(RunFile("completions.jsonl"), RunJson.Format.RecordedCompletion).ToDictionary(static line => line.Value.Key, static line => line.Value.Prompt);
        foreach (var (theirs, ours) in expected.Zip(accepted))
        {
            Assert.Equal(theirs.Text("prompt"), prompts[ours.Metadata!.Value.GetProperty("completion").GetString()!]);

            // Ties have no order in the original, so the scores are compared without their texts.
            Assert.Equal(Scores(theirs.GetProperty("most_similar").EnumerateObject().Select(static pair => pair.Value.GetDouble())), Scores(ours.MostSimilar!.Values));

            // The original sums pairwise (numpy), which rounds otherwise than one sum from left to right.
            Assert.Equal(theirs.GetProperty("avg_similarity_score").GetDouble(), ours.AvgSimilarityScore, 5e-15);
        }

        Golden.Report($"f_bootstrap_loop_from_{poolSize}.jsonl", expected.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_loop_in_pieces_draws_the_prompts_of_a_loop_in_one()
    {
        var whole = await ContinueAsync(100, [200]);
        Directory.Delete(_folder.In("run"), recursive: true);
        var pieces = await ContinueAsync(100, [101, 150, 200]);
        Assert.Equal(whole.Select(static line => (line.Instruction, line.RequestIdx, line.Id)), pieces.Select(static line => (line.Instruction, line.RequestIdx, line.Id)));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pool_that_was_given_keeps_its_bytes()
    {
        await ContinueAsync(100, [200]);
        var given = await File.ReadAllBytesAsync(Repository.ConformanceFile("loop", "pool_100", "machine_generated_instructions.jsonl"));
        Assert.Equal(given, (await File.ReadAllBytesAsync(RunFile("machine_generated_instructions.jsonl")))[..given.Length]);
    }

    [Fact]
    public async Task A_published_run_is_prepared_as_by_the_original()
    {
        var (counts, run) = await PrepareAliceAsync();
        Assert.Equal((226, 401), (counts.Instances, counts.Rows));
        var theirs = Golden.Read("runs", "alice", "all_generated_instances.jsonl").Select(Triple).ToList();
        var ours = File.ReadLines(Path.Combine(run, "all_generated_instances.jsonl")).Select(static line => Triple(JsonDocument.Parse(line).RootElement)).ToList();
        Assert.Equal(theirs.Order(), ours.Order());

        // list(set(...)) has no order in the original; within an instruction ours is the completion's.
        var differing = theirs.Zip(ours).GroupBy(static pair => pair.First.Instruction).Count(static group => group.Any(static pair => pair.First != pair.Second));
        var rows = Rows(Path.Combine(run, "finetuning", "openai_completions.jsonl")).Intersect(Rows(AliceFile("gpt3_finetuning_data_401.jsonl"))).Count();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"226 instances equal as a multiset; {differing} of {theirs.DistinctBy(static triple => triple.Instruction).Count()} instructions in another order, by which the draws of the layouts shift: {rows} of 401 rows in the same layout");
    }

    [Fact]
    public void With_the_originals_order_of_the_instances_every_row_is_the_originals_in_its_place()
    {
        var random = new Randomness(RandomnessKind.Python, Profiles.Released.Datasets.Seed!.Value);
        var theirs = Golden.Read("runs", "alice", "all_generated_instances.jsonl").Select(Triple).ToList();
        foreach (var group in theirs.CountBy(static triple => triple.Instruction))
        {
            // The draw of at most five comes first in the original, instruction by instruction; the sizes alone move the sequence on.
            random.Sequence!.Draw(Enumerable.Range(0, group.Value).ToArray(), group.Value);
        }

        var instances = theirs.Select(static triple => new GeneratedInstance(triple.Instruction, triple.Input, triple.Output, null, null, null));
        var dataset = new DatasetWriter(Profiles.Released.Datasets, random).Build(instances, SeedTasks.Load(Repository.ConformanceFile("original", "seed_tasks.jsonl")));
        Assert.Equal(Rows(AliceFile("gpt3_finetuning_data_401.jsonl")), dataset.Rows.Select(static row => (row.Encoded.Prompt, row.Encoded.Completion)));
        Golden.Report("gpt3_finetuning_data_401.jsonl", dataset.Rows.Length);
    }

    public void Dispose() => _folder.Dispose();

    async Task<List<MachineInstruction>> ContinueAsync(int poolSize, int[] targets)
    {
        Directory.CreateDirectory(_folder.In("run"));
        var given = Repository.ConformanceFile("loop", $"pool_{poolSize}", "machine_generated_instructions.jsonl");
        await File.WriteAllBytesAsync(RunFile("machine_generated_instructions.jsonl"), await File.ReadAllBytesAsync(given));
        foreach (var target in targets)
        {
            using var folder = RunFolder.Open(_folder.In("run"));
            using var model = new ReplayModel(Repository.ConformanceFile("loop", "canned_responses.jsonl"), folder.CountCompletions());
            var options = Profiles.Released with { Instructions = Profiles.Released.Instructions with { Target = target } };
            var seeds = SeedTasks.Load(Repository.ConformanceFile("original", "seed_tasks.jsonl"));
            await using var pipeline = await SelfInstructPipeline.OpenAsync(options, seeds, model, folder, TimeProvider.System, null, CancellationToken.None);
            await pipeline.GenerateInstructionsAsync(CancellationToken.None);
        }

        return [.. JsonLines.Read(RunFile("machine_generated_instructions.jsonl"), TaskJson.Format.MachineInstruction).Select(static line => line.Value).Skip(poolSize)];
    }

    async Task<(RunCounts Counts, string Run)> PrepareAliceAsync()
    {
        using var folder = RunFolder.Open(_folder.In("alice"));
        var seeds = SeedTasks.Load(Repository.ConformanceFile("original", "seed_tasks.jsonl"));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(Profiles.Released, seeds, new ScriptedModel(static _ => ""), folder, TimeProvider.System, null, CancellationToken.None);
        return (pipeline.PrepareDataset(AliceFile("machine_generated_instances.jsonl"), AliceFile("is_clf_or_not_davinci_template_1.jsonl")), folder.FolderPath);
    }

    string RunFile(string name) => Path.Combine(_folder.In("run"), name);

    static string AliceFile(string name) => Repository.ConformanceFile("runs", "alice", name);

    static double[] Scores(IEnumerable<double> scores) => [.. scores.OrderDescending()];

    static (string Instruction, string Input, string Output) Triple(JsonElement line) => (line.Text("instruction"), line.Text("input"), line.Text("output"));

    static List<(string Prompt, string Completion)> Rows(string path) =>
        [.. File.ReadLines(path).Select(static line => JsonDocument.Parse(line).RootElement).Select(static row => (row.Text("prompt"), row.Text("completion")))];
}
