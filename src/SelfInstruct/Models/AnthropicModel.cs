using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>
/// A model behind Anthropic's Messages API, asked to continue the prompt as a base model would, unless the prompt is a
/// message. The API has no seed and no penalties, and takes no stop string of white space alone.
/// </summary>
/// <param name="endpoint">Its address is without the version: /v1/messages follows. Disposed with the model.</param>
/// <param name="name">As the provider knows it.</param>
/// <param name="options">Context length and concurrency.</param>
/// <param name="notices">Told, in a sentence, of each quirk of the server.</param>
public sealed class AnthropicModel(ModelEndpoint endpoint, string name, EndpointOptions options, IProgress<string>? notices = null)
    : ILanguageModel, ILearnsQuirks, IDisposable
{
    /// <summary>Of the protocol, sent as anthropic-version. The next, 2026-10-21, takes no temperature of any model; greedy answers need one.</summary>
    public const string Version = "2023-06-01";

    internal static readonly ExpectedAnswer<MessagesAnswer> Expected = new(
        "a message of the Messages API",
        ModelJson.Format.MessagesAnswer,
        static answer => answer.Content is not null,
        "The server does not take this request; a model with a longer context may.")
    {
        TokensOf = static answer => answer.Usage?.PromptTokens + answer.Usage?.OutputTokens,
    };

    readonly LearntQuirks _quirks = new("anthropic:" + name, [Quirk.NoPenalties, Quirk.NoSeed, Quirk.NoBlankStops], notices);

    public string Id => "anthropic:" + name;

    public int ContextLength => options.ContextLength;

    public bool IsChat => true;

    public int MaxConcurrency => options.MaxConcurrency;

    public Uri Address => endpoint.Address;

    public IReadOnlyList<string> Quirks => _quirks.Names;

    public void Recall(IEnumerable<string> quirks) => _quirks.Recall(quirks);

    public int CountTokens(string text) => TokenEstimate.Of(text);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The temperature is above 1, which this API does not have.</exception>
    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        if (request.Sampling.Temperature > 1)
        {
            throw new InvalidDataException($"{Id}: temperature is {request.Sampling.Temperature}; this provider takes 0 to 1. Set instructions.temperature and instances.temperature lower.");
        }

        var learning = new LearningEndpoint(endpoint, _quirks);
        var answer = await learning.PostAsync(
            "v1/messages", quirks => Write(request, quirks), ModelJson.Format.MessagesBody, Expected, cancellationToken).ConfigureAwait(false);
        return answer is null ? LearningEndpoint.Filtered(request) : learning.Complete(request, Read(answer));
    }

    public void Dispose() => endpoint.Dispose();

    MessagesBody Write(CompletionRequest request, ImmutableArray<Quirk> quirks)
    {
        var s = AcceptedSampling.Of(request.Sampling, quirks);
        return new MessagesBody(
            name, request.Sampling.MaxTokens, [new ChatMessage("user", request.Prompt)], request.IsMessage ? null : ContinuationText.System, s.Temperature, s.TopP, s.Stop);
    }

    internal static ReadAnswer Read(MessagesAnswer answer)
    {
        var blocks = answer.Content!.Value;
        var thinking = blocks.Where(static block => block?.Type is "thinking" or "redacted_thinking").Select(static block => block!.Thinking).ToList();
        return new ReadAnswer(
            string.Concat(blocks.Where(static block => block?.Type == "text").Select(static block => block!.Text)),
            ToFinishReason(answer.StopReason),
            answer.Usage?.PromptTokens,
            answer.Usage?.OutputTokens,
            thinking is [] ? null : string.Concat(thinking));
    }

    /// <summary>What is not known here keeps the provider's word.</summary>
    static string ToFinishReason(string? stopReason) => stopReason switch
    {
        null or "end_turn" or "stop_sequence" => "stop",
        "max_tokens" or "model_context_window_exceeded" => "length",
        "refusal" => Completion.ContentFilter,
        var other => other,
    };
}
