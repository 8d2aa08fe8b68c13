using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Models;

/// <summary>The models that a server says it has (GET /models), asked once and without retries: for advice, not for a run.</summary>
public static class ModelListing
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="address">Of the listing itself, query included.</param>
    /// <param name="credentials">As for calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>In the server's order; empty when it has no such list, or does not show it.</returns>
    public static async Task<ImmutableArray<ListedModel>> FindAsync(Uri address, EndpointCredentials credentials, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        credentials.AddTo(http.DefaultRequestHeaders);
        try
        {
            using var response = await http.GetAsync(address, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode && JsonSerializer.Deserialize(body, ModelJson.Format.ModelList)?.Data is { } models
                ? [.. models.OfType<ListedModel>()]
                : [];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [];
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
