using SelfInstruct.Models;
using SelfInstruct.Prompts;

namespace SelfInstruct.Classification;

/// <summary>Few-shot question: can the task be answered by one of a few fixed labels? (paper, Table 6: 12 yes and 19 no examples).</summary>
public static class ClassificationPrompt
{
    public static FittedPrompt Fit(PromptTemplate template, string instruction, ILanguageModel model, int maxTokens, Random random) =>
        PromptFitting.Fit(
            template.Demonstrations,
            kept => (template with { Demonstrations = kept }).Render($"Task: {instruction}\nIs it classification?"),
            model,
            maxTokens,
            random);

    /// <summary>Null when the answer is neither yes nor no.</summary>
    public static bool? Parse(string answer)
    {
        var word = answer.AsSpan().Trim();
        return word.StartsWith("yes", StringComparison.OrdinalIgnoreCase) ? true
            : word.StartsWith("no", StringComparison.OrdinalIgnoreCase) ? false
            : null;
    }
}
