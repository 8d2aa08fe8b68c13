using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.Prompts;

/// <param name="MaxTokens">What the context leaves for the completion, at most what was asked for.</param>
/// <param name="Dropped">Demonstrations left out.</param>
public sealed record FittedPrompt(string Text, int MaxTokens, int Dropped);

/// <summary>Fits a prompt to a model's context: demonstrations are dropped whole, never cut.</summary>
public static class PromptFitting
{
    /// <summary>Share of the context that a long completion may claim before demonstrations must go.</summary>
    const int CompletionShare = 4;

    /// <param name="demonstrations">In the order in which they stand.</param>
    /// <param name="render">Builds the prompt from the demonstrations that stay.</param>
    /// <param name="model">Says how long texts are, and its context.</param>
    /// <param name="maxTokens">Tokens wanted for the completion.</param>
    /// <param name="random">Chooses what is dropped.</param>
    /// <exception cref="PromptTooLongException">Not even without demonstrations.</exception>
    public static FittedPrompt Fit<T>(
        ImmutableArray<T> demonstrations,
        Func<ImmutableArray<T>, string> render,
        ILanguageModel model,
        int maxTokens,
        Random random)
    {
        var reserved = Math.Min(maxTokens, Math.Max(1, model.ContextLength / CompletionShare));
        var kept = demonstrations;
        while (true)
        {
            var text = render(kept);
            var tokens = model.CountTokens(text);
            if (tokens + reserved <= model.ContextLength)
            {
                return new FittedPrompt(text, Math.Min(maxTokens, model.ContextLength - tokens), demonstrations.Length - kept.Length);
            }

            if (kept.IsEmpty)
            {
                throw new PromptTooLongException(
                    $"A prompt of {tokens} tokens without any demonstration leaves less than {reserved} for the answer in the {model.ContextLength} tokens of context of {model.Id}. Use a model with a longer context, or shorter prompts (setting prompts).");
            }

            kept = kept.RemoveAt(random.Next(kept.Length));
        }
    }
}

/// <summary>The context is too small for the prompt; says how long both are, and what to do.</summary>
public sealed class PromptTooLongException(string message) : Exception(message);
