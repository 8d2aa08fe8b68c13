using SelfInstruct.Models;

namespace SelfInstruct.Cli;

/// <summary>Stands for the model of a run that is only written down here; it answers nothing.</summary>
sealed class AbsentModel(string id) : ILanguageModel
{
    public string Id => id;

    public int ContextLength => int.MaxValue;

    public bool IsChat => false;

    public int MaxConcurrency => 1;

    public int CountTokens(string text) => 0;

    public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken) =>
        throw new ModelException($"{id} is asked elsewhere: `selfinstruct worker --store` does that.");
}
