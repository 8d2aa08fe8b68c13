using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class ModernProfileTests : IDisposable
{
    static readonly SelfInstructOptions Options = Profiles.Modern with { Instructions = Profiles.Modern.Instructions with { Target = 12 } };

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task A_chat_model_is_asked_in_words_and_its_Markdown_is_read()
    {
        List<CompletionRequest> requests = [];
        await RunAsync(new ScriptedModel(request =>
        {
            requests.Add(request);
            return Answer(request);
        })
        { IsChat = true });
        Assert.All(requests, static request => Assert.True(request.IsMessage));
        var first = requests.First(static request => request.Origin.Stage == "instructions").Prompt;
        Assert.StartsWith("You help to collect varied tasks", first, StringComparison.Ordinal);
        Assert.Matches(@"Given tasks:\n1\. .+\n(.+\n)*8\. .+\z", first);

        var instances = JsonLines.Read(Path.Combine(_folder.In("a"), "all_generated_instances.jsonl"), TaskJson.Format.GeneratedInstance).Select(static line => line.Value).ToList();
        Assert.Equal(12, instances.DistinctBy(static instance => instance.Instruction).Count());
        Assert.All(instances, static instance => Assert.StartsWith("sort ", instance.Instruction, StringComparison.Ordinal));
        Assert.Equal(["3", "4", "no", "yes"], instances.Select(static instance => instance.Output).Distinct().Order());
        Assert.NotEmpty(File.ReadAllLines(Path.Combine(_folder.In("a"), "finetuning", "openai_completions.jsonl")));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_no_rule_lets_pass_is_named_in_rejected()
    {
        await RunAsync(new ScriptedModel(static request => request.Origin.Stage == "instructions"
            ? Answer(request) + "\n9. As an AI language model, I have no more\n10. " + request.Prompt.Split('\n').Last()[3..] + " again, and more words"
            : request.Origin.Stage == "instances" ? "I'm sorry, but I can't help with that." : Answer(request)));
        var rules = JsonLines.Read(Path.Combine(_folder.In("a"), "rejected.jsonl"), TaskJson.Format.Rejection).Select(static line => line.Value.Rule).ToHashSet();
        Assert.Superset(new HashSet<string> { "mentions_ai", "prompt_echo", "refusal" }, rules);
    }

    [Fact(Timeout = 60_000)]
    public async Task Quality_rules_leave_out_instances_by_name()
    {
        await RunAsync(new ScriptedModel(static request => request.Origin.Stage == "instances" ? "Output: Use this:\n```python\nprint(1)" : Answer(request)));
        var rejected = JsonLines.Read(Path.Combine(_folder.In("a"), "rejected.jsonl"), TaskJson.Format.Rejection).Select(static line => line.Value).Where(static line => line.Rule == "unbalanced_fence").ToList();
        Assert.NotEmpty(rejected);
        Assert.All(rejected, static line => Assert.Equal("dataset", line.Stage));
        Assert.DoesNotContain(
            JsonLines.Read(Path.Combine(_folder.In("a"), "all_generated_instances.jsonl"), TaskJson.Format.GeneratedInstance),
            static line => line.Value.Output.Contains("```", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_modern_profile_has_quality_rules() =>
        Assert.Equal(["modern"], Profiles.Names.Where(static name => Profiles.Named(name).Quality.Rules is not []));

    public void Dispose() => _folder.Dispose();

    static string Answer(CompletionRequest request)
    {
        var random = new CounterRandom(request.Sampling.Seed, "words", 0, 0);
        return request.Origin.Stage switch
        {
            "instructions" => "Sure!\n\n" + string.Join('\n', Enumerable.Range(1, 3).Select(n => $"**{n}.** sort {string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(100_000)))}")),
            "classification" => request.Origin.Slot % 3 == 0 ? "**Yes**" : "**No**, it is not.",
            _ when request.Origin.Slot % 3 == 0 => "[{\"class_label\": \"yes\", \"input\": \"one\"}, {\"class_label\": \"no\", \"input\": \"two\"}]",
            _ => "**Example 1**\n**Input:** three\n**Output:** 3\n\n**Example 2**\n**Input:** four\n**Output:** 4",
        };
    }

    async Task RunAsync(ILanguageModel model)
    {
        using var folder = RunFolder.Open(_folder.In("a"));
        await using var pipeline = await SelfInstructPipeline.OpenAsync(Options, ScriptedTasks.Seeds, model, folder, TimeProvider.System, null, CancellationToken.None);
        await pipeline.RunAsync(CancellationToken.None);
    }
}
