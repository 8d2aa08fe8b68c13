using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>A request to a local model, with what <see cref="Sampling"/> has no field for.</summary>
/// <param name="Turns">A conversation to answer; empty: <paramref name="Prompt"/> is a text to continue.</param>
public sealed record LocalRequest(string Prompt, ImmutableArray<ChatTurn> Turns, Sampling Sampling)
{
    /// <summary>Only the most probable tokens, so many; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Only tokens at least so probable, compared with the most probable; in [0, 1).</summary>
    public double MinP { get; init; }

    /// <summary>Divides the logit of a token of prompt or completion when positive, multiplies it when negative (Keskar et al., 2019); 1: none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Null: no log-probabilities; else of the drawn token and of so many most probable ones.</summary>
    public int? LogProbabilities { get; init; }
}

/// <param name="Role">"system", "user" or "assistant".</param>
public sealed record ChatTurn(string Role, string Content);

/// <param name="Tokens">One for each token drawn, those of a stop string and of the end too; empty unless asked for.</param>
public sealed record LocalCompletion(Completion Completion, ImmutableArray<DrawnToken> Tokens);

/// <param name="LogProbability">Natural, of the model's own distribution: before penalties, temperature and cuts.</param>
/// <param name="MostProbable">Best first, the lower id first among equals.</param>
public sealed record DrawnToken(int Token, double LogProbability, ImmutableArray<(int Token, double LogProbability)> MostProbable);
