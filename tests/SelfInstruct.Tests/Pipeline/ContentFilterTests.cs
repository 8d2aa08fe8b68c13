using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

/// <summary>What a provider's content filter keeps back is counted by name, and the run goes on.</summary>
public sealed class ContentFilterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 60_000)]
    [InlineData("paper")]
    [InlineData("released")]
    [InlineData("modern")]
    public async Task A_completion_that_is_kept_back_whole_is_a_rejection_of_that_name(string profile)
    {
        var options = Profiles.Named(profile);
        var counts = await RunAsync(options with { Instructions = options.Instructions with { Target = 20 } }, static (request, text) =>
            request.Origin.Stage != "classification" && request.Origin.Slot % 4 == 1 ? new Completion("", "content_filter", new TokenUsage(5, 0)) : new Completion(text, "stop", new TokenUsage(5, 5)));
        Assert.True(counts.Accepted >= 20);
        var rejected = JsonLines.Read(_folder.In("rejected.jsonl"), TaskJson.Format.Rejection).Select(static line => line.Value).Where(static line => line.Rule == "content_filter").ToList();
        Assert.Equal(rejected.Count, counts.Rejected["content_filter"]);
        Assert.Equal((counts.Accepted + 2) / 4, rejected.Count(static line => line.Stage == "instances" && line.Text.EndsWith('\n')));
        Assert.Contains(rejected, static line => line.Stage == "instructions");
        Assert.All(rejected, static line => Assert.NotNull(line.Completion));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", "length")]
    [InlineData("\n\n", "stop")]
    public async Task A_completion_without_any_instruction_is_a_rejection_as_well(string nothing, string finishReason)
    {
        var counts = await RunAsync(new SelfInstructOptions { Instructions = new InstructionOptions { Target = 20 } }, (request, text) =>
            request.Origin is { Stage: "instructions", Slot: 1 } ? new Completion(nothing, finishReason, new TokenUsage(5, 0)) : new Completion(text, "stop", new TokenUsage(5, 5)));
        Assert.Equal(20, counts.Accepted);
        Assert.True(counts.Rejected["no_instruction_found"] >= 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_completion_that_the_filter_ends_the_last_item_is_cut_off()
    {
        var counts = await RunAsync(new SelfInstructOptions { Instructions = new InstructionOptions { Target = 20 } }, static (_, text) => new Completion(text, "content_filter", new TokenUsage(5, 5)));
        Assert.Equal(20, counts.Accepted);
        Assert.False(counts.Rejected.ContainsKey("content_filter"));
        Assert.True(counts.Rejected["cut_off"] > 20);
    }

    public void Dispose() => _folder.Dispose();

    async Task<RunCounts> RunAsync(SelfInstructOptions options, Func<CompletionRequest, string, Completion> answer)
    {
        using var folder = RunFolder.Open(_folder.FolderPath);
        await using var pipeline = await SelfInstructPipeline.OpenAsync(options, ScriptedTasks.Seeds, new FunctionModel(answer), folder, TimeProvider.System, null, CancellationToken.None);
        return await pipeline.RunAsync(CancellationToken.None);
    }

    sealed class FunctionModel(Func<CompletionRequest, string, Completion> answer) : ILanguageModel
    {
        public string Id => "function";

        public int ContextLength => 8192;

        public bool IsChat => true;

        public int MaxConcurrency => 4;

        public int CountTokens(string text) => text.Length / 4;

        public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) => Task.FromResult(answer(request, ScriptedTasks.Answer(request)));
    }
}
