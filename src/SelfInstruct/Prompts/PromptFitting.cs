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
        var kept = demonstrations;
        while (true)
        {
            var text = render(kept);
            if (FindRoom(text, model, maxTokens) is { } room)
            {
                return new FittedPrompt(text, room, demonstrations.Length - kept.Length);
            }

            if (kept.IsEmpty)
            {
                throw new PromptTooLongException(
                    $"A prompt of {model.CountTokens(text)} tokens without any demonstration leaves less than {Reserved(model, maxTokens)} for the answer in the {model.ContextLength} tokens of context of {model.Id}. Use a model with a longer context, or shorter prompts (setting prompts).");
            }

            kept = kept.RemoveAt(random.Next(kept.Length));
        }
    }

    /// <summary>Tokens that the completion of a prompt may have: those wanted, or what the context leaves; null where that is less than a quarter of it.</summary>
    /// <param name="prompt">As it will be sent.</param>
    /// <param name="model">Says how long it is, and its context.</param>
    /// <param name="maxTokens">Tokens wanted for the completion.</param>
    public static int? FindRoom(string prompt, ILanguageModel model, int maxTokens)
    {
        var tokens = model.CountTokens(prompt);
        return tokens + Reserved(model, maxTokens) <= model.ContextLength ? Math.Min(maxTokens, model.ContextLength - tokens) : null;
    }

    static int Reserved(ILanguageModel model, int maxTokens) => Math.Min(maxTokens, Math.Max(1, model.ContextLength / CompletionShare));
}

/// <summary>The context is too small for the prompt; says how long both are, and what to do.</summary>
public sealed class PromptTooLongException(string message) : Exception(message);
