using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Models;

/// <summary>The models that a server says it has (GET /models), asked once and without retries: for advice, not for a run.</summary>
public static class ModelListing
{
    const int MaxBytes = 16 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="address">Of the listing itself, query included.</param>
    /// <param name="credentials">As for calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>In the server's order; empty when it has no such list, or does not show it.</returns>
    public static async Task<ImmutableArray<ListedModel>> FindAsync(Uri address, EndpointCredentials credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        credentials.AddTo(request.Headers);
        var list = await FindAsync(request, ModelJson.Format.ModelList, cancellationToken).ConfigureAwait(false);
        return list?.Data is { } models ? [.. models.OfType<ListedModel>()] : [];
    }

    /// <param name="address">Of the show call of Ollama's own protocol.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Tokens that the model was trained with; null when the server does not say.</returns>
    public static async Task<int?> FindOllamaContextAsync(Uri address, string name, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new OllamaShowBody(name), ModelJson.Format.OllamaShowBody)),
        };
        var shown = await FindAsync(request, ModelJson.Format.OllamaShown, cancellationToken).ConfigureAwait(false);

        // The key begins with the architecture: llama.context_length.
        return shown?.ModelInfo?.FirstOrDefault(static pair => pair.Key.EndsWith(".context_length", StringComparison.Ordinal)).Value is { ValueKind: JsonValueKind.Number } length && length.TryGetInt32(out var tokens)
            ? tokens
            : null;
    }

    static async Task<T?> FindAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var http = ModelEndpoint.CreateClient(request.RequestUri!, new EndpointOptions());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            using var body = await AnswerBody.ReadAsync(response.Content, MaxBytes, patience.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode && body is not null ? JsonSerializer.Deserialize(body.Bytes.Span, type) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}

public sealed record ModelList(ImmutableArray<ListedModel?>? Data = null);

/// <param name="Id">Its name.</param>
/// <param name="MaxModelLen">From vLLM: tokens of the context.</param>
/// <param name="ContextLength">From OpenRouter: the same.</param>
/// <param name="Meta">From llama-server.</param>
public sealed record ListedModel(string? Id = null, int? MaxModelLen = null, int? ContextLength = null, ListedModelMeta? Meta = null)
{
    /// <summary>Tokens of the context; null when the server does not say.</summary>
    public int? FindContextLength() => MaxModelLen ?? ContextLength ?? Meta?.NCtxTrain;
}

/// <param name="NCtxTrain">Tokens that the model was trained with; the server may be started with fewer.</param>
public sealed record ListedModelMeta(int? NCtxTrain = null);

/// <summary>Body of Ollama's POST /api/show.</summary>
public sealed record OllamaShowBody(string Model);

/// <summary>What it answers, as far as it is used.</summary>
public sealed record OllamaShown(Dictionary<string, JsonElement>? ModelInfo = null);
