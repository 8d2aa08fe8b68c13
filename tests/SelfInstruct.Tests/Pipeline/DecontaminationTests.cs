using System.Collections.Immutable;
using SelfInstruct.Analysis;
using SelfInstruct.Contamination;
using SelfInstruct.Models;
using SelfInstruct.Reports;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class DecontaminationTests : IDisposable
{
    const string Known = "Sort the following list of animals by the number of their legs.";
    const string KnownInput = "the spider in the corner has eight legs and the cat on the chair has four of them";

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task Instructions_that_an_evaluation_set_knows_never_join_the_pool()
    {
        await RunAsync(Options(WriteSet()), static request => request.Origin.Stage == "instructions"
            ? $" {Known}\n10. Please sort the following list of animals by the number of their legs.\n11. {ScriptedTasks.Answer(request).Trim()}"
            : ScriptedTasks.Answer(request));
        Assert.DoesNotContain(Lines("machine_generated_instructions.jsonl", TaskJson.Format.MachineInstruction), static line => line.Instruction.Contains("list of animals", StringComparison.Ordinal));
        var rejected = Lines("rejected.jsonl", TaskJson.Format.Rejection).Where(static line => line.Rule == "contaminated").ToList();
        Assert.Equal((Known, "set.jsonl/t0: " + Known, 1.0), (rejected[0].Text, rejected[0].Neighbour, rejected[0].Score));
        Assert.Equal(24.0 / 25, rejected[1].Score!.Value, 12);
        Assert.All(rejected, static line => Assert.Equal("instructions", line.Stage));
    }

    [Fact(Timeout = 60_000)]
    public async Task Instances_with_an_evaluation_input_are_left_out_of_the_dataset()
    {
        await RunAsync(Options(WriteSet()), static request => request.Origin.Stage == "instances" && request.Origin.Slot == 1 ? $"Example 1\nInput: Look: {KnownInput}.\nOutput: spider" : ScriptedTasks.Answer(request));
        var rejected = Assert.Single(Lines("rejected.jsonl", TaskJson.Format.Rejection), static line => line.Rule == "contaminated");
        Assert.Equal("dataset", rejected.Stage);
        Assert.StartsWith("set.jsonl/t0: the spider in the corner", rejected.Neighbour, StringComparison.Ordinal);
        Assert.DoesNotContain(Lines("all_generated_instances.jsonl", TaskJson.Format.GeneratedInstance), static line => line.Input.Contains("spider", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_json_says_against_what_and_how_and_another_set_is_another_run()
    {
        var seeds = _folder.Write("seeds.jsonl", "{\"id\":\"a\",\"instruction\":\"Name one river of this land.\",\"instances\":[{\"output\":\"Rhine\"}],\"is_classification\":false}\n");
        var options = Options(WriteSet()) with { SeedTasks = seeds, Instructions = new() { Target = 3 } };
        using (var session = RunSession.Open(_folder.In("s"), options, static _ => ScriptedTasks.Model(), TimeProvider.System))
        {
            var state = await session.RunAsync(null, CancellationToken.None);
            Assert.Equal((13, 0.7), (state.Decontamination!.Words, state.Decontamination.Threshold));
            var set = Assert.Single(state.Decontamination.Sets);
            Assert.Equal(("set.jsonl", 3, 64), (set.Name, set.Texts, set.Sha256.Length));
        }

        using (var folder = RunFolder.Look(_folder.In("s")))
        {
            File.AppendAllText(folder.Rejected, "{\"stage\":\"dataset\",\"text\":\"x\",\"rule\":\"contaminated\",\"round\":0}\n");
            var analysis = DatasetAnalysis.Measure(RunDataset.Read(folder), new AnalysisOptions(42, [], "none"), null, TestContext.Current.CancellationToken);
            var page = HtmlPage.Write(AnalysisReport.Of(analysis));
            Assert.Contains("Held against evaluation sets: set.jsonl (3 texts). Method: words in a row (sequence)", page, StringComparison.Ordinal);
            Assert.Contains("13 words in a row, ROUGE-L above 0.7. Left out as contaminated: 1.", page, StringComparison.Ordinal);
        }

        Assert.Contains("\"decontamination\"", File.ReadAllText(Path.Combine(_folder.In("s"), "run.json")), StringComparison.Ordinal);
        _folder.Write("set.jsonl", "{\"id\":\"t0\",\"instruction\":\"Something else altogether.\",\"instances\":[{\"input\":\"\",\"output\":\"x\"}]}\n");
        Assert.Contains(
            "evaluation sets (SHA-256)",
            Assert.Throws<InvalidDataException>(() => RunSession.Open(_folder.In("s"), options, static _ => ScriptedTasks.Model(), TimeProvider.System)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_product_s_own_252_tasks_are_a_set_and_only_the_modern_profile_compares()
    {
        var own = Decontamination.Load(Profiles.Modern.Decontamination)!;
        var tasks = File.ReadLines(Repository.In("data", "user_oriented_tasks.jsonl")).ToList();
        Assert.Equal(tasks.Count, own.Index.Instructions);
        Assert.Equal("user_oriented_tasks.jsonl", Assert.Single(own.State.Sets).Name);
        Assert.NotNull(own.Index.Find("Label the habit safe or risky from the point of view of IT security.", "instruction"));
        Assert.Equal(["modern"], Profiles.Names.Where(static name => Profiles.Named(name).Decontamination.IsOn));
    }

    [Fact]
    public void Super_NaturalInstructions_is_read_from_its_folder()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(Repository.ConformanceFile("superni", "splits", "default", "test_tasks.txt")))!;
        var root = Path.GetDirectoryName(folder)!;
        var sets = Decontamination.Load(new DecontaminationOptions { Against = [root] })!;
        Assert.Equal(8, sets.Index.Instructions);
    }

    [Fact]
    public void A_set_that_is_not_there_is_named() =>
        Assert.Contains("no such file", Assert.Throws<InvalidDataException>(static () => Decontamination.Load(new DecontaminationOptions { Against = ["none.jsonl"] })).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    string WriteSet() => _folder.Write("set.jsonl", $"{{\"id\":\"t0\",\"instruction\":\"{Known}\",\"instances\":[{{\"input\":\"{KnownInput}\",\"output\":\"spider, cat\"}}]}}\n");

    static SelfInstructOptions Options(string set) => new()
    {
        Decontamination = new DecontaminationOptions { Against = [set] },
        Instructions = new() { Target = 12 },
    };

    async Task RunAsync(SelfInstructOptions options, Func<CompletionRequest, string> answer)
    {
        using var folder = RunFolder.Open(_folder.In("a"));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(options, ScriptedTasks.Seeds, new ScriptedModel(answer), folder, TimeProvider.System, null, CancellationToken.None);
        await pipeline.RunAsync(CancellationToken.None);
    }

    ImmutableArray<T> Lines<T>(string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        [.. JsonLines.Read(Path.Combine(_folder.In("a"), name), type).Select(static line => line.Value)];
}
