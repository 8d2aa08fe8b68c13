using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Hub;

/// <summary>The two requests that the hub is asked.</summary>
/// <remarks>HttpClient drops the token when the hub sends it on to another host, as it does for large files.</remarks>
sealed class HubClient(HttpClient http, HubOptions options)
{
    const long LongestFile = 1L << 40;

    /// <returns>The commit behind the revision, and its files that a model is made of.</returns>
    public async Task<(string Commit, IReadOnlyList<HubBlob> Blobs)> ListAsync(HubAddress address, CancellationToken cancellationToken)
    {
        var path = $"api/models/{address.Repository}/revision/{Uri.EscapeDataString(address.Revision)}?blobs=true";
        using var response = await SendAsync(path, null, address, cancellationToken).ConfigureAwait(false);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var listing = await JsonSerializer.DeserializeAsync(stream, HubJson.Default.HubListing, cancellationToken).ConfigureAwait(false);
                return listing is { Sha: { } commit, Siblings: { } files } && HubAddress.IsCommitHash(commit)
                    ? (commit, Choose(address, [.. files]))
                    : throw new ModelException($"{options.Endpoint}{path}: the answer names no commit and files; HF_ENDPOINT may not be a hub.");
            }
        }
        catch (JsonException wrong)
        {
            throw new ModelException($"{options.Endpoint}{path}: the answer is no JSON ({wrong.Message}); HF_ENDPOINT may not be a hub.", wrong);
        }
    }

    /// <param name="from">Bytes that are there already.</param>
    public Task<HttpResponseMessage> FetchAsync(HubAddress address, string commit, HubBlob blob, long from, CancellationToken cancellationToken) =>
        SendAsync($"{address.Repository}/resolve/{commit}/{blob.Name}", from > 0 ? new RangeHeaderValue(from, null) : null, address, cancellationToken);

    static List<HubBlob> Choose(HubAddress address, HubFile?[] files)
    {
        var named = files.OfType<HubFile>().Where(file => file.Name is not null).DistinctBy(file => file.Name).ToDictionary(file => file.Name!);
        var weights = named.ContainsKey("model.safetensors") ? ["model.safetensors"]
            : named.ContainsKey("model.safetensors.index.json")
                ? named.Keys.Where(IsShard).Append("model.safetensors.index.json").Order(StringComparer.Ordinal).ToArray()
            : throw new InvalidDataException($"{HubAddress.Scheme}{address.Repository}: neither model.safetensors nor an index of several; weights in other formats are not supported.");
        string[] optional = ["tokenizer_config.json", "generation_config.json", "chat_template.jinja"];
        return [.. new[] { "config.json", "tokenizer.json" }.Concat(optional.Where(named.ContainsKey)).Concat(weights).Select(name =>
            named.TryGetValue(name, out var file) ? Blob(address, file) : throw new InvalidDataException($"{HubAddress.Scheme}{address.Repository}: {name} is missing."))];
    }

    static bool IsShard(string name) =>
        name.StartsWith("model-", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal);

    static HubBlob Blob(HubAddress address, HubFile file)
    {
        var (hash, size) = file.Lfs is { } large ? (large.Sha256, large.Size) : (file.BlobId, file.Size);
        return hash?.Length == (file.Lfs is null ? 40 : 64) && hash.All(char.IsAsciiHexDigitLower) && size is >= 0 and < LongestFile
            ? new(file.Name!, size.Value, hash)
            : throw new ModelException($"{HubAddress.Scheme}{address.Repository}: the hub gives no hash and size of {file.Name}, so it cannot be checked.");
    }

    async Task<HttpResponseMessage> SendAsync(string path, RangeHeaderValue? range, HubAddress address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.Endpoint, path));
        request.Headers.Authorization = options.Token is null ? null : new AuthenticationHeaderValue("Bearer", options.Token);
        request.Headers.Range = range;
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        var status = response.StatusCode;
        response.Dispose();
        var reason = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "it is private, gated or misspelt; accept its terms on the hub and set HF_TOKEN",
            HttpStatusCode.NotFound => $"there is no such model, or no revision {address.Revision}",
            _ => string.Create(CultureInfo.InvariantCulture, $"the hub answered {(int)status}"),
        };
        throw (int)status is 429 or >= 500
            ? new HttpRequestException(reason, inner: null, status)
            : new InvalidDataException($"{HubAddress.Scheme}{address.Repository}: {reason}.");
    }
}
