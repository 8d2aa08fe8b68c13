using System.Net;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Hub;

/// <summary>Brings a model from the Hugging Face hub into the cache: what is there already is not fetched again, and what broke off goes on.</summary>
/// <param name="time">For pauses between attempts.</param>
/// <param name="notices">Told of each file that is fetched; null: nobody.</param>
public sealed class HubFetch(HttpClient http, HubOptions options, TimeProvider time, IProgress<string>? notices)
{
    /// <summary>Attempts of a file that bring no byte, until it is given up.</summary>
    const int Attempts = 4;

    readonly HubClient _hub = new(http, options);

    /// <returns>The folder with the model's files.</returns>
    /// <exception cref="InvalidDataException">No such model, no access, or files that are no model of a known kind.</exception>
    /// <exception cref="ModelException">The hub does not answer, or what it sends is not what it announced.</exception>
    public async Task<string> FetchAsync(HubAddress address, CancellationToken cancellationToken)
    {
        var cache = new HubCache(options.CacheFolder, address);
        if (options.IsOffline)
        {
            return cache.KnownCommit() is { } known
                ? cache.SnapshotFolder(known)
                : throw new InvalidDataException($"{HubAddress.Scheme}{address.Repository}@{address.Revision} is not in {options.CacheFolder}, and HF_HUB_OFFLINE is set.");
        }

        try
        {
            var (commit, blobs) = await _hub.ListAsync(address, cancellationToken).ConfigureAwait(false);
            foreach (var blob in blobs)
            {
                await FetchAsync(cache, address, commit, blob, cancellationToken).ConfigureAwait(false);
                cache.Link(commit, blob);
            }

            // Last: a revision that is known is complete.
            cache.Remember(commit);
            return cache.SnapshotFolder(commit);
        }
        catch (HttpRequestException failed)
        {
            throw new ModelException(
                $"{options.Endpoint}: {failed.Message}{(cache.KnownCommit() is null ? "" : " An older copy is in the cache: set HF_HUB_OFFLINE=1 to use it.")}", failed);
        }
    }

    async Task FetchAsync(HubCache cache, HubAddress address, string commit, HubBlob blob, CancellationToken cancellationToken)
    {
        if (IsThere(cache, blob))
        {
            return;
        }

        using var locked = await cache.LockAsync(blob, time, cancellationToken).ConfigureAwait(false);
        if (IsThere(cache, blob))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(cache.BlobPath(blob))!);
        await DownloadAsync(cache.PartialPath(blob), address, commit, blob, cancellationToken).ConfigureAwait(false);
        var found = await HashAsync(cache.PartialPath(blob), blob, cancellationToken).ConfigureAwait(false);
        if (found != blob.Hash)
        {
            File.Delete(cache.PartialPath(blob));
            throw new ModelException($"{blob.Name} of {address.Repository}: its hash is {found}, but the hub announced {blob.Hash}; it is deleted. Try again.");
        }

        File.Move(cache.PartialPath(blob), cache.BlobPath(blob), overwrite: true);
    }

    static bool IsThere(HubCache cache, HubBlob blob) => new FileInfo(cache.BlobPath(blob)) is { Exists: true } file && file.Length == blob.Size;

    async Task DownloadAsync(string path, HubAddress address, string commit, HubBlob blob, CancellationToken cancellationToken)
    {
        for (var attempt = 0; LengthOf(path) != blob.Size || !File.Exists(path); attempt++)
        {
            var before = LengthOf(path);
            try
            {
                notices?.Report($"{address.Repository}: {blob.Name}, {blob.Size:N0} bytes{(before > 0 ? $", from {before:N0}" : "")}");
                await AppendAsync(path, address, commit, blob, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException && attempt + 1 < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 << attempt), time, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException broken)
            {
                throw new ModelException($"{blob.Name} of {address.Repository} broke off at byte {LengthOf(path)} of {blob.Size}: {broken.Message} Try again: it goes on from there.", broken);
            }

            // A long file on a bad line may break often, as long as it gets on.
            attempt = LengthOf(path) > before ? -1 : attempt;
        }
    }

    async Task AppendAsync(string path, HubAddress address, string commit, HubBlob blob, CancellationToken cancellationToken)
    {
        var from = LengthOf(path) < blob.Size ? LengthOf(path) : 0;
        using var response = await _hub.FetchAsync(address, commit, blob, from, cancellationToken).ConfigureAwait(false);

        // A server may ignore the range and send everything.
        var mode = from > 0 && response.StatusCode is HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == from ? FileMode.Append : FileMode.Create;
        var file = new FileStream(path, mode, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await CopyAsync(body, file, blob, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Believes the announced size: a server that sends without end fills no disk.</summary>
    static async Task CopyAsync(Stream body, FileStream file, HubBlob blob, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (file.Position + count > blob.Size)
            {
                throw new ModelException($"{blob.Name}: the hub sends more than the {blob.Size} bytes it announced.");
            }

            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        if (file.Position < blob.Size)
        {
            throw new IOException("the connection was closed early.");
        }
    }

    static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    static async Task<string> HashAsync(string path, HubBlob blob, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            if (blob.IsLarge)
            {
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            }

            // Git's name of a file: SHA-1 over a heading and the contents.
            var contents = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
#pragma warning disable CA5350 // The hub's choice; it only tells files apart.
            return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {contents.Length}\0"), .. contents]));
#pragma warning restore CA5350
        }
    }
}
