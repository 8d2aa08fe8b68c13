using System.Text;

namespace SelfInstruct.Models;

/// <summary>What a remote model does not tell.</summary>
static class TokenEstimate
{
    const int BytesPerToken = 3;

    /// <summary>One token per three bytes of UTF-8: more than common tokenizers make of English, so prompts still fit.</summary>
    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    /// <summary>A budget must not believe that an answer without a bill was free.</summary>
    public static TokenUsage UsageOf(int? promptTokens, int? completionTokens, string prompt, string text) =>
        new(promptTokens ?? Of(prompt), completionTokens ?? Of(text));
}
