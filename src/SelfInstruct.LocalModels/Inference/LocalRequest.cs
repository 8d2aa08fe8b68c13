using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>A request to a local model, with what <see cref="Sampling"/> has no field for.</summary>
/// <param name="Turns">A conversation to answer; empty: <paramref name="Prompt"/> is a text to continue.</param>
public sealed record LocalRequest(string Prompt, ImmutableArray<ChatTurn> Turns, Sampling Sampling)
{
    /// <summary>The prompt as tokens, read as they are, without a start of text in front; empty: the prompt is a text or a conversation.</summary>
    public ImmutableArray<int> PromptTokens { get; init; } = [];

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

/// <summary>What became certain of a completion since the last piece; all pieces together are its text.</summary>
/// <param name="Text">No later token changes it: never the beginning of a stop string, nor half of a character.</param>
/// <param name="Drawn">Tokens drawn since the last piece, whether or not their text is certain.</param>
/// <param name="Tokens">Those tokens where log-probabilities are asked for, else empty.</param>
public sealed record CompletionPiece(string Text, int Drawn, ImmutableArray<DrawnToken> Tokens);

/// <param name="LogProbability">Natural, of the model's own distribution: before penalties, temperature and cuts.</param>
/// <param name="MostProbable">Best first, the lower id first among equals.</param>
public sealed record DrawnToken(int Token, double LogProbability, ImmutableArray<(int Token, double LogProbability)> MostProbable);
