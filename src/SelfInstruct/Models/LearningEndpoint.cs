using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;

namespace SelfInstruct.Models;

/// <summary>An endpoint asked in the form that its server takes: what a refusal teaches is recorded, and the call made again at once.</summary>
sealed class LearningEndpoint(ModelEndpoint endpoint, LearntQuirks quirks)
{
    public Uri Address => endpoint.Address;

    /// <summary>Each further attempt knows a quirk more, so they come to an end.</summary>
    /// <returns>Null: the provider's content filter did not let the prompt pass.</returns>
    /// <exception cref="ModelException">As <see cref="ModelEndpoint"/> has it; a refusal that teaches nothing new.</exception>
    public async Task<TAnswer?> PostAsync<T, TAnswer>(
        string path, Func<ImmutableArray<Quirk>, T> write, JsonTypeInfo<T> type, ExpectedAnswer<TAnswer> expected, CancellationToken cancellationToken)
        where TAnswer : class
    {
        while (true)
        {
            var known = quirks.Known;
            try
            {
                return await endpoint.PostAsync(path, write(known), type, expected, cancellationToken).ConfigureAwait(false);
            }
            catch (RefusedException e) when (RefusalReading.IsContentFilter(e.Status, e.Body))
            {
                return null;
            }
            catch (RefusedException e) when (RefusalReading.FindQuirks(e.Status, e.Body).Any(quirk => !known.Contains(quirk)))
            {
                foreach (var quirk in RefusalReading.FindQuirks(e.Status, e.Body))
                {
                    quirks.Learn(quirk);
                }
            }
        }
    }

    /// <summary>The answer as a completion: ended at the stop strings whoever ended it, with its usage or an estimate of it.</summary>
    public Completion Complete(CompletionRequest request, ReadAnswer answer)
    {
        var text = StopStrings.Cut(answer.Text, request.Sampling.Stop);
        var isCut = text.Length < answer.Text.Length;
        var sent = AcceptedSampling.Of(request.Sampling, quirks.Known).Stop;
        if (isCut && sent is { } stops && StopStrings.Cut(answer.Text, stops).Length < answer.Text.Length)
        {
            quirks.Learn(Quirk.IgnoresStops);
        }

        if (answer.PromptTokens is null || answer.CompletionTokens is null)
        {
            quirks.Learn(Quirk.NoUsage);
        }

        if (answer.Reasoning is not null)
        {
            quirks.Learn(Quirk.Reasons);
        }

        return new Completion(text, isCut ? "stop" : answer.FinishReason, TokenEstimate.UsageOf(answer.PromptTokens, answer.CompletionTokens, request.Prompt, answer.Text + answer.Reasoning));
    }

    /// <summary>A prompt that was not let pass: no text. It is paid for all the same.</summary>
    public static Completion Filtered(CompletionRequest request) =>
        new("", Completion.ContentFilter, new TokenUsage(TokenEstimate.Of(request.Prompt), 0));
}

/// <summary>A provider's answer in the terms of all.</summary>
/// <param name="FinishReason">In OpenAI's words where there is one for it.</param>
/// <param name="Reasoning">Shown beside the text; empty where it is billed and not shown, null where there is none.</param>
sealed record ReadAnswer(string Text, string FinishReason, int? PromptTokens, int? CompletionTokens, string? Reasoning = null);
