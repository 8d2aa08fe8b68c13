namespace SelfInstruct.LocalModels.Hub;

/// <summary>
/// Files of one model in the layout that Hugging Face's own tools use: blobs by their hash, snapshots of a commit as
/// links to them, and refs from a branch or tag to a commit.
/// </summary>
sealed class HubCache(string cacheFolder, HubAddress address)
{
    readonly string _folder = Path.Combine(cacheFolder, address.FolderName);

    public string BlobPath(HubBlob blob) => Path.Combine(_folder, "blobs", blob.Hash);

    public string PartialPath(HubBlob blob) => BlobPath(blob) + ".incomplete";

    public string SnapshotFolder(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The commit that a revision meant when it was last fetched; null: never.</summary>
    public string? KnownCommit()
    {
        var path = Path.Combine(_folder, "refs", address.Revision);
        var commit = address.IsCommit ? address.Revision : File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return HubAddress.IsCommitHash(commit) && Directory.Exists(SnapshotFolder(commit)) ? commit : null;
    }

    public void Remember(string commit)
    {
        if (!address.IsCommit)
        {
            var path = Path.Combine(_folder, "refs", address.Revision);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, commit);
        }
    }

    /// <summary>Makes the blob a file of the snapshot.</summary>
    public void Link(string commit, HubBlob blob)
    {
        var path = Path.Combine(SnapshotFolder(commit), blob.Name);
        Directory.CreateDirectory(SnapshotFolder(commit));
        if (File.Exists(path))
        {
            return;
        }

        File.Delete(path);
        if (OperatingSystem.IsWindows())
        {
            // Links need a privilege there.
            File.Copy(BlobPath(blob), path);
        }
        else
        {
            File.CreateSymbolicLink(path, Path.Combine("..", "..", "blobs", blob.Hash));
        }
    }

    /// <summary>Waits until nobody else fetches the blob.</summary>
    /// <returns>To be disposed of when it is there.</returns>
    public async Task<IDisposable> LockAsync(HubBlob blob, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = Path.Combine(cacheFolder, ".locks", address.FolderName, blob.Hash + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
