namespace SelfInstruct.Models;

/// <summary>Answers by a function: for tests, dry runs and examples. Calls see the requests in the order they were made.</summary>
public sealed class ScriptedModel(Func<CompletionRequest, string> answer) : ILanguageModel
{
    readonly Lock _turn = new();

    public string Id { get; init; } = "scripted";

    public int ContextLength { get; init; } = 8192;

    public bool IsChat { get; init; }

    public int MaxConcurrency { get; init; } = 1;

    /// <summary>Words, for want of a tokenizer.</summary>
    public int CountTokens(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_turn)
        {
            var text = answer(request);
            return Task.FromResult(new Completion(text, "stop", new TokenUsage(CountTokens(request.Prompt), CountTokens(text))));
        }
    }
}
