using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Models;

/// <summary>A base model behind POST /completions (OpenAI, vLLM, llama-server, Ollama): continues the prompt.</summary>
public sealed class OpenAICompletionsModel(ModelEndpoint endpoint, string name, EndpointOptions options) : ILanguageModel, IDisposable
{
    public string Id => "openai-completions:" + name;

    public int ContextLength => options.ContextLength;

    public bool IsChat => false;

    public int MaxConcurrency => options.MaxConcurrency;

    public int CountTokens(string text) => TokenEstimate.Of(text);

    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var s = request.Sampling;
        var body = new CompletionsBody(
            name, request.Prompt, s.Temperature, s.TopP, s.FrequencyPenalty, s.PresencePenalty, s.MaxTokens, TokenEstimate.StopOrNull(s.Stop), s.Seed & long.MaxValue);
        var answer = await endpoint.PostAsync("completions", body, ModelJson.Format.CompletionsBody, cancellationToken).ConfigureAwait(false);
        var choice = answer.Choices!.Value[0]!;
        return choice.Text is { } text
            ? new Completion(text, choice.FinishReason ?? "stop", TokenEstimate.UsageOf(answer, request.Prompt, text))
            : throw new ModelException($"{endpoint.Address}: the answer of {name} has no text. It may be a chat model: try openai:{name}.");
    }

    public void Dispose() => endpoint.Dispose();
}

/// <summary>A chat model behind POST /chat/completions, asked to continue the prompt as a base model would, unless the prompt is a message.</summary>
public sealed class OpenAIChatModel(ModelEndpoint endpoint, string name, EndpointOptions options) : ILanguageModel, IDisposable
{
    const string Continue = "Continue the user's text exactly where it ends, in the same format. Do not repeat any of it, and add no comment.";

    public string Id => "openai:" + name;

    public int ContextLength => options.ContextLength;

    public bool IsChat => true;

    public int MaxConcurrency => options.MaxConcurrency;

    public int CountTokens(string text) => TokenEstimate.Of(text);

    public async Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        var s = request.Sampling;
        var user = new ChatMessage("user", request.Prompt);
        var body = new ChatBody(
            name,
            request.IsMessage ? [user] : [new ChatMessage("system", Continue), user],
            s.Temperature, s.TopP, s.FrequencyPenalty, s.PresencePenalty, s.MaxTokens, TokenEstimate.StopOrNull(s.Stop), s.Seed & long.MaxValue);
        var answer = await endpoint.PostAsync("chat/completions", body, ModelJson.Format.ChatBody, cancellationToken).ConfigureAwait(false);
        var choice = answer.Choices!.Value[0]!;
        return choice.Message?.Content is { } text
            ? new Completion(text, choice.FinishReason ?? "stop", TokenEstimate.UsageOf(answer, request.Prompt, text))
            : throw new ModelException($"{endpoint.Address}: the answer of {name} has no message. It may be a base model: try openai-completions:{name}.");
    }

    public void Dispose() => endpoint.Dispose();
}

/// <summary>What a remote model does not tell.</summary>
static class TokenEstimate
{
    const int BytesPerToken = 3;

    /// <summary>One token per three bytes of UTF-8: more than common tokenizers make of English, so prompts still fit.</summary>
    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    // Servers refuse an empty list.
    public static ImmutableArray<string>? StopOrNull(ImmutableArray<string> stop) => stop.IsDefaultOrEmpty ? null : stop;

    // A budget must not believe that an answer without a bill was free.
    public static TokenUsage UsageOf(ModelAnswer answer, string prompt, string text) =>
        answer.Usage is { } usage ? new TokenUsage(usage.PromptTokens, usage.CompletionTokens) : new TokenUsage(Of(prompt), Of(text));
}
