using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Models.Batches;

namespace SelfInstruct.Models;

/// <summary>A base model behind POST /completions (OpenAI, vLLM, llama-server, Ollama): continues the prompt.</summary>
/// <param name="endpoint">Disposed with the model.</param>
/// <param name="name">As the server knows it.</param>
/// <param name="options">Context length and concurrency.</param>
/// <param name="notices">Told, in a sentence, of each quirk of the server.</param>
public sealed class OpenAICompletionsModel(ModelEndpoint endpoint, string name, EndpointOptions options, IProgress<string>? notices = null)
    : IBatchable, IDisposable
{
    readonly LearntQuirks _quirks = new("openai-completions:" + name, [], notices);

    public string Id => "openai-completions:" + name;

    public int ContextLength => options.ContextLength;

    public bool IsChat => false;

    public int MaxConcurrency => options.MaxConcurrency;

    public Uri Address => endpoint.Address;

    public IReadOnlyList<string> Quirks => _quirks.Names;

    public ModelEndpoint Endpoint => endpoint;

    public string Path => "completions";

    public LearntQuirks Learnt => _quirks;

    public void Recall(IEnumerable<string> quirks) => _quirks.Recall(quirks);

    public int CountTokens(string text) => TokenEstimate.Of(text);

    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var learning = new LearningEndpoint(endpoint, _quirks);
        var answer = await learning.PostAsync(
            Path, quirks => Write(request, quirks), ModelJson.Format.CompletionsBody, OpenAIAnswers.Expected, cancellationToken).ConfigureAwait(false);
        return answer is null ? LearningEndpoint.Filtered(request) : Read(request, answer);
    }

    public byte[] WriteBody(CompletionRequest request, ImmutableArray<Quirk> quirks) =>
        JsonSerializer.SerializeToUtf8Bytes(Write(request, quirks), ModelJson.Format.CompletionsBody);

    public Completion Read(CompletionRequest request, ModelAnswer answer)
    {
        var choice = OpenAIAnswers.FirstChoice(answer, endpoint.Address, name);
        var finishReason = choice.FinishReason ?? "stop";
        var text = choice.Text ?? (finishReason == Completion.ContentFilter
            ? ""
            : throw new ModelException($"{endpoint.Address}: the answer of {name} has no text. It may be a chat model: try openai:{name}."));
        return new LearningEndpoint(endpoint, _quirks).Complete(request, new ReadAnswer(text, finishReason, answer.Usage?.PromptTokens, answer.Usage?.CompletionTokens));
    }

    public void Dispose() => endpoint.Dispose();

    CompletionsBody Write(CompletionRequest request, ImmutableArray<Quirk> quirks)
    {
        var s = AcceptedSampling.Of(request.Sampling, quirks);
        return new CompletionsBody(
            name, request.Prompt, s.Temperature, s.TopP, s.FrequencyPenalty, s.PresencePenalty, s.MaxTokens, s.MaxCompletionTokens, s.Stop, s.Seed);
    }
}

/// <summary>A chat model behind POST /chat/completions, asked to continue the prompt as a base model would, unless the prompt is a message.</summary>
/// <inheritdoc cref="OpenAICompletionsModel"/>
public sealed class OpenAIChatModel(ModelEndpoint endpoint, string name, EndpointOptions options, IProgress<string>? notices = null)
    : IBatchable, IDisposable
{
    readonly LearntQuirks _quirks = new("openai:" + name, [], notices);

    public string Id { get; init; } = "openai:" + name;

    /// <summary>Of the address, after the path; Azure has its api-version there. Empty, or with its question mark.</summary>
    public string Query { get; init; } = "";

    public int ContextLength => options.ContextLength;

    public bool IsChat => true;

    public int MaxConcurrency => options.MaxConcurrency;

    public Uri Address => endpoint.Address;

    public IReadOnlyList<string> Quirks => _quirks.Names;

    public ModelEndpoint Endpoint => endpoint;

    public string Path => "chat/completions";

    public LearntQuirks Learnt => _quirks;

    public void Recall(IEnumerable<string> quirks) => _quirks.Recall(quirks);

    public int CountTokens(string text) => TokenEstimate.Of(text);

    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var learning = new LearningEndpoint(endpoint, _quirks);
        var answer = await learning.PostAsync(
            Path + Query, quirks => Write(request, quirks), ModelJson.Format.ChatBody, OpenAIAnswers.Expected, cancellationToken).ConfigureAwait(false);
        return answer is null ? LearningEndpoint.Filtered(request) : Read(request, answer);
    }

    public byte[] WriteBody(CompletionRequest request, ImmutableArray<Quirk> quirks) =>
        JsonSerializer.SerializeToUtf8Bytes(Write(request, quirks), ModelJson.Format.ChatBody);

    public Completion Read(CompletionRequest request, ModelAnswer answer) =>
        new LearningEndpoint(endpoint, _quirks).Complete(request, OpenAIAnswers.ReadChat(answer, endpoint.Address, name));

    public void Dispose() => endpoint.Dispose();

    ChatBody Write(CompletionRequest request, ImmutableArray<Quirk> quirks)
    {
        var s = AcceptedSampling.Of(request.Sampling, quirks);
        return new ChatBody(
            name, WriteMessages(request, quirks), s.Temperature, s.TopP, s.FrequencyPenalty, s.PresencePenalty, s.MaxTokens, s.MaxCompletionTokens, s.Stop, s.Seed);
    }

    static ImmutableArray<ChatMessage> WriteMessages(CompletionRequest request, ImmutableArray<Quirk> quirks) =>
        request.IsMessage ? [new("user", request.Prompt)]
        : quirks.Contains(Quirk.NoSystemMessage) ? [new("user", $"{ContinuationText.System}\n\n{request.Prompt}")]
        : [new("system", ContinuationText.System), new("user", request.Prompt)];
}

/// <summary>What comes back from both endpoints.</summary>
static class OpenAIAnswers
{
    public static ExpectedAnswer<ModelAnswer> Expected { get; } = new(
        "a completion",
        ModelJson.Format.ModelAnswer,
        static answer => answer.Choices is [] or [not null, ..],
        "The server does not take this request; a model with a longer context or another kind (openai: for chat, openai-completions: for text) may.")
    {
        TokensOf = static answer => answer.Usage?.PromptTokens + answer.Usage?.CompletionTokens,
    };

    public static AnswerChoice FirstChoice(ModelAnswer answer, Uri address, string name) =>
        answer.Choices is [{ } choice, ..]
            ? choice
            : throw new ModelException($"{address}: the answer of {name} is complete but holds no choice. Ask again; where it stays so, the server or a gateway before it keeps the text back.");

    public static ReadAnswer ReadChat(ModelAnswer answer, Uri address, string name)
    {
        var choice = FirstChoice(answer, address, name);
        var (promptTokens, completionTokens) = (answer.Usage?.PromptTokens, answer.Usage?.CompletionTokens);
        var message = choice.Message;
        var finishReason = choice.FinishReason ?? "stop";
        var reasoning = message?.ReasoningContent ?? message?.Reasoning ?? (answer.Usage?.CompletionTokensDetails?.ReasoningTokens > 0 ? "" : null);
        if (FindText(message, address, name) is { } text)
        {
            return new ReadAnswer(text, finishReason, promptTokens, completionTokens, reasoning);
        }

        // What is said in refusing is about the prompt, and no answer to it.
        return message is { Refusal.Length: > 0 } || finishReason == Completion.ContentFilter
            ? new ReadAnswer("", Completion.ContentFilter, promptTokens, completionTokens, reasoning)
            : message is not null ? new ReadAnswer("", finishReason, promptTokens, completionTokens, reasoning)
            : throw new ModelException($"{address}: the answer of {name} has no message. It may be a base model: try openai-completions:{name}.");
    }

    static string? FindText(AnswerMessage? message, Uri address, string name)
    {
        try
        {
            return message?.FindText();
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair is found only when the text is made.
            throw new ModelException($"{address}: the answer of {name} is not valid Unicode. Ask again; where it stays so, the server cuts characters in two.", e);
        }
    }
}
