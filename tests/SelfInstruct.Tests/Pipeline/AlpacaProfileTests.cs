using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class AlpacaProfileTests : IDisposable
{
    static readonly SelfInstructOptions Options = Profiles.Alpaca with { Instructions = Profiles.Alpaca.Instructions with { Target = 30 } };

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task One_kind_of_call_gives_instructions_with_an_instance_each()
    {
        List<CompletionRequest> requests = [];
        await RunAsync("a", new ScriptedModel(request =>
        {
            requests.Add(request);
            return Answer(request);
        }));
        Assert.All(requests, static request => Assert.Equal("instructions", request.Origin.Stage));
        Assert.All(requests, static request => Assert.Matches(@"\n###\n3\. Instruction: .+\n3\. Input:\n<noinput>\n3\. Output:\nanswer \d+\n###\n4\. Instruction:\z", request.Prompt));
        var instances = JsonLines.Read(In("a", "all_generated_instances.jsonl"), TaskJson.Format.GeneratedInstance).Select(static line => line.Value).ToList();

        // Five calls of seven tasks, the target looked at between rounds.
        Assert.Equal((35, 35), (instances.Count, instances.DistinctBy(static instance => instance.Instruction).Count()));
        Assert.All(instances, static instance => Assert.Equal(("Output: of " + instance.Instruction, false), (instance.Output, instance.IsClassification)));
        Assert.Equal(["", "in\nOutput: two lines"], instances.Select(static instance => instance.Input).Distinct().Order(StringComparer.Ordinal));
        Assert.NotEmpty(File.ReadAllLines(In("a", "finetuning/openai_completions.jsonl")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task A_run_that_dies_ends_as_the_whole_one(int callsBeforeDeath)
    {
        var longer = Options with { Instructions = Options.Instructions with { Target = 40, GeneratedPerPrompt = 1 } };
        await RunAsync("whole", new ScriptedModel(Answer), longer);
        var asked = 0;
        var dying = new ScriptedModel(request => ++asked > callsBeforeDeath ? throw new ModelException("died") : Answer(request));
        await Assert.ThrowsAsync<ModelException>(() => RunAsync("torn", dying, longer));
        await RunAsync("torn", new ScriptedModel(Answer), longer);
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl", "finetuning/openai_completions.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("whole", file)), File.ReadAllBytes(In("torn", file)));
        }
    }

    public void Dispose() => _folder.Dispose();

    static string Answer(CompletionRequest request)
    {
        var random = new CounterRandom(request.Sampling.Seed, "words", 0, 0);
        return string.Join("\n###\n", Enumerable.Range(4, 7).Select(n =>
        {
            var instruction = string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(100_000)));
            return $"{(n == 4 ? "" : $"{n}. Instruction:")} {instruction}\n{n}. Input:\n{(n % 2 == 0 ? "<noinput>" : "in\nOutput: two lines")}\n{n}. Output:\nOutput: of {instruction}";
        }));
    }

    async Task RunAsync(string name, ILanguageModel model, SelfInstructOptions? options = null)
    {
        using var folder = RunFolder.Open(_folder.In(name));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(options ?? Options, ScriptedTasks.Seeds, model, folder, TimeProvider.System, null, CancellationToken.None);
        await pipeline.RunAsync(CancellationToken.None);
    }

    string In(string run, string file) => Path.Combine(_folder.In(run), file);
}
