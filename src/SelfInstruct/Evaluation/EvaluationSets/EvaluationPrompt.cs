using SelfInstruct.Models;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>A question fitted to a model's context.</summary>
/// <param name="MaxTokens">What the context leaves for the answer, at most what was asked for.</param>
/// <param name="Examples">Shown.</param>
/// <param name="Dropped">Examples left out for want of context.</param>
/// <param name="CutInput">Characters of the input left out; it then ends in <see cref="CutMark"/>.</param>
/// <param name="CutInstruction">The same of the instruction, which is cut only where no input would fit.</param>
public sealed record EvaluationPrompt(string Text, int MaxTokens, int Examples, int Dropped, int CutInput, int CutInstruction)
{
    /// <summary>Where text was cut off.</summary>
    public const string CutMark = " […]";

    // As much as a run's prompts leave a completion.
    const int CompletionShare = 4;

    /// <summary>Examples go first, the last before the others; then the end of the input; then the end of the instruction.</summary>
    /// <exception cref="InvalidDataException">Not even a single character of the instruction fits.</exception>
    public static EvaluationPrompt Fit(EvaluationItem item, PromptEncoding encoding, int examples, ILanguageModel model, int maxTokens)
    {
        var limit = model.ContextLength - Math.Min(maxTokens, Math.Max(1, model.ContextLength / CompletionShare));
        var wanted = Math.Min(examples, item.Examples.Length);
        for (var shown = wanted; shown >= 0; shown--)
        {
            if (TryRender(item.Instruction, item.Input, shown) is { } whole)
            {
                return whole;
            }
        }

        return Longest(item.Input, input => TryRender(item.Instruction, input, 0)) is var (prompt, cut) ? prompt with { CutInput = cut }
            : Longest(item.Instruction, instruction => TryRender(instruction, item.Input.Length > 0 ? CutMark : "", 0)) is var (short_, cutInstruction)
                ? short_ with { CutInput = item.Input.Length, CutInstruction = cutInstruction }
                : throw new InvalidDataException($"{item.Id}: no part of it fits the {model.ContextLength} tokens of context of {model.Id}. Use a model with a longer context.");

        EvaluationPrompt? TryRender(string instruction, string input, int shown)
        {
            var text = encoding.Render(instruction, item.Examples[..shown], input);
            var tokens = model.CountTokens(text);
            return tokens <= limit ? new EvaluationPrompt(text, Math.Min(maxTokens, model.ContextLength - tokens), shown, wanted - shown, 0, 0) : null;
        }
    }

    /// <summary>The most of a text that can be rendered, with how much was cut; null where not one character can.</summary>
    static (EvaluationPrompt Prompt, int Cut)? Longest(string text, Func<string, EvaluationPrompt?> render)
    {
        (EvaluationPrompt, int)? best = null;
        var (kept, tooLong) = (0, text.Length);
        while (tooLong - kept > 1)
        {
            var length = (kept + tooLong) / 2;

            // Not between the halves of a surrogate pair.
            var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
            if (end > 0 && render(text[..end] + CutMark) is { } prompt)
            {
                (best, kept) = ((prompt, text.Length - end), length);
            }
            else
            {
                tooLong = length;
            }
        }

        return best;
    }
}
