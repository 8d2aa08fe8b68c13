using System.Text.Json.Serialization.Metadata;

namespace SelfInstruct.Models.Batches;

/// <summary>The calls of OpenAI's Batch API that a run needs.</summary>
sealed class BatchApi(ModelEndpoint endpoint)
{
    /// <summary>The key of our own name of a batch, in its metadata.</summary>
    public const string NameKey = "selfinstruct_batch";

    const int Attempts = 5;

    const string Remedy = "The server does not take this batch; without --batch its requests are asked one by one.";

    static readonly ExpectedAnswer<UploadedFile> File = Expect("an uploaded file", ModelJson.Format.UploadedFile, static file => file.Id is { Length: > 0 });
    static readonly ExpectedAnswer<ServedBatch> Batch = Expect("a batch", ModelJson.Format.ServedBatch, static batch => batch is { Id.Length: > 0, Status: not null });
    static readonly ExpectedAnswer<BatchList> Batches = Expect("a list of batches", ModelJson.Format.BatchList, static list => list.Data is not null);

    public static string EndpointOf(IBatchable model) => "/v1/" + model.Path;

    /// <returns>The file's id.</returns>
    public async Task<string> UploadAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        (await endpoint.UploadAsync("files", "batch", "batch.jsonl", lines, File, cancellationToken).ConfigureAwait(false)).Id!;

    /// <summary>A batch is paid for, so it is looked for by its name before it is made a second time.</summary>
    public async Task<ServedBatch> CreateAsync(BatchBody body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await endpoint.PostOnceAsync("batches", body, ModelJson.Format.BatchBody, Batch, cancellationToken).ConfigureAwait(false);
            }
            catch (LostAnswerException) when (attempt < Attempts)
            {
                if (await FindAsync(body.Metadata[NameKey], cancellationToken).ConfigureAwait(false) is { } made)
                {
                    return made;
                }
            }
        }
    }

    public Task<ServedBatch> GetAsync(string id, CancellationToken cancellationToken) =>
        endpoint.GetAsync("batches/" + Uri.EscapeDataString(id), Batch, cancellationToken);

    /// <summary>By our own name, among the newest hundred; null: the provider has none of it.</summary>
    public async Task<ServedBatch?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var list = await endpoint.GetAsync("batches?limit=100", Batches, cancellationToken).ConfigureAwait(false);
        return list.Data!.Value.FirstOrDefault(batch => batch is { Id.Length: > 0 } && batch.Metadata?.GetValueOrDefault(NameKey) == name);
    }

    public Task<byte[]> DownloadAsync(string fileId, CancellationToken cancellationToken) =>
        endpoint.DownloadAsync(PathOf(fileId), cancellationToken);

    public static string PathOf(string fileId) => $"files/{Uri.EscapeDataString(fileId)}/content";

    static ExpectedAnswer<T> Expect<T>(string name, JsonTypeInfo<T> type, Func<T, bool> isUsable) => new(name, type, isUsable, Remedy);
}
