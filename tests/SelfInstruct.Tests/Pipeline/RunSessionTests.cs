using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class RunSessionTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task A_refused_session_lets_go_of_model_and_folder()
    {
        var seeds = _folder.In("seeds.jsonl");
        JsonLines.WriteAll(seeds, ScriptedTasks.Seeds, TaskJson.Format.SeedTask);
        var options = new SelfInstructOptions { SeedTasks = seeds, Instructions = new() { Target = 5 } };
        using (var session = RunSession.Open(_folder.In("run"), options, static _ => ScriptedTasks.Model(), TimeProvider.System))
        {
            Assert.Equal("complete", (await session.RunAsync(progress: null, CancellationToken.None)).State);
        }

        using var opened = new DisposableModel();
        Assert.Throws<InvalidDataException>(() => RunSession.Open(_folder.In("run"), options with { Seed = 7 }, _ => opened, TimeProvider.System));
        Assert.True(opened.IsDisposed);
        using var again = RunSession.Open(_folder.In("run"), options, static _ => ScriptedTasks.Model(), TimeProvider.System);
        Assert.True(again.IsComplete);
    }

    public void Dispose() => _folder.Dispose();

    sealed class DisposableModel : ILanguageModel, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public string Id => "scripted";

        public int ContextLength => 100;

        public bool IsChat => false;

        public int MaxConcurrency => 1;

        public int CountTokens(string text) => text.Length;

        public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) =>
            throw new ModelException("never asked");

        public void Dispose() => IsDisposed = true;
    }
}
