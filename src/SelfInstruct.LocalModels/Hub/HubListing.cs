using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfInstruct.LocalModels.Hub;

/// <summary>What the hub says of one revision: GET api/models/OWNER/NAME/revision/REVISION?blobs=true.</summary>
sealed record HubListing(string? Sha, ImmutableArray<HubFile?>? Siblings);

/// <param name="BlobId">Git's hash of the file, or of the pointer that stands for a large one.</param>
/// <param name="Lfs">Of a large file.</param>
sealed record HubFile([property: JsonPropertyName("rfilename")] string? Name, long? Size, string? BlobId, HubLargeFile? Lfs);

sealed record HubLargeFile(string? Sha256, long? Size);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HubListing))]
sealed partial class HubJson : JsonSerializerContext;

/// <summary>A file to fetch: its content is known before it comes.</summary>
/// <param name="Hash">In hexadecimal: SHA-256 of a large file, else Git's SHA-1; also the blob's name in the cache.</param>
sealed record HubBlob(string Name, long Size, string Hash)
{
    public bool IsLarge => Hash.Length == 64;
}
