using System.Collections.Immutable;

namespace SelfInstruct.Models.Batches;

/// <summary>A model whose requests can also be handed in as a file: OpenAI's two endpoints.</summary>
public interface IBatchable : ILanguageModel, ILearnsQuirks
{
    /// <summary>Takes files and batches beside requests.</summary>
    ModelEndpoint Endpoint { get; }

    /// <summary>Of a single request, below the endpoint's address: chat/completions or completions.</summary>
    string Path { get; }

    LearntQuirks Learnt { get; }

    /// <summary>JSON of a single request, in the form that a server of these quirks takes.</summary>
    byte[] WriteBody(CompletionRequest request, ImmutableArray<Quirk> quirks);

    /// <exception cref="ModelException">The answer holds no text of the model's kind.</exception>
    Completion Read(CompletionRequest request, ModelAnswer answer);
}
