using System.Collections.Immutable;
using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Serving.Requests;

/// <summary>A request, read: what to complete, and how to answer.</summary>
/// <param name="Completions">Choice after choice of the first prompt, then of the next; at least one.</param>
/// <param name="ChoicesPerPrompt">At least 1.</param>
/// <param name="Streams">Answer piece by piece.</param>
/// <param name="IncludesUsage">At the end of a stream, too.</param>
public sealed record ServedRequest(ImmutableArray<LocalRequest> Completions, int ChoicesPerPrompt, bool Streams, bool IncludesUsage)
{
    /// <summary>To be called before a long list is taken apart.</summary>
    /// <exception cref="RefusalException">More completions than the server ever holds.</exception>
    internal static void ThrowIfTooMany(long prompts, RequestSettings settings, ServingOptions limits)
    {
        if (prompts * settings.Choices > limits.MaxQueue)
        {
            throw new RefusalException(
                400, $"{prompts * settings.Choices} completions are asked for at once, and this server holds {limits.MaxQueue} at most. Ask in several requests.", settings.Choices > 1 ? "n" : "prompt", "invalid_value");
        }
    }

    /// <summary>The same prompt's choices draw by seed, seed + 1 and so on, so that each can be had alone.</summary>
    internal static ServedRequest Of(ImmutableArray<LocalRequest> prompts, RequestSettings settings) => new(
        [.. prompts.SelectMany(prompt => Enumerable.Range(0, settings.Choices).Select(choice => prompt with
        {
            Sampling = prompt.Sampling with { Seed = unchecked(prompt.Sampling.Seed + choice) },
        }))],
        settings.Choices, settings.Streams, settings.IncludesUsage);
}
