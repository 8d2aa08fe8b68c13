using System.Collections.Immutable;

namespace SelfInstruct.Evaluation;

/// <summary>What a model answered to one question, with all that is needed to score it, to judge it and to show it.</summary>
/// <param name="Id">Of the question: the same for every model.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Instruction">Empty where a file does not say.</param>
/// <param name="Input">As the instruction.</param>
/// <param name="Text">The response.</param>
/// <param name="References">Correct answers; may be none.</param>
public sealed record ModelResponse(string Id, string Model, string Instruction, string Input, string Text, ImmutableArray<string> References)
{
    /// <inheritdoc cref="Prediction.Category"/>
    public string? Category { get; init; }

    /// <inheritdoc cref="Prediction.Category"/>
    public string? Task { get; init; }

    public Prediction ToPrediction() => new(Text, References) { Category = Category, Task = Task };
}
