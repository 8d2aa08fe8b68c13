using System.Runtime.InteropServices;

namespace SelfInstruct.Runs;

/// <summary>Makes the names in a folder durable: a file that was fsynced can still lose its name at a power failure.</summary>
static partial class FolderSync
{
    const int ReadOnlyFolder = 0;

    /// <summary>On Windows the file system's own journal does it, and there is no call for it.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, ReadOnlyFolder);
        if (handle >= 0)
        {
            _ = FSync(handle);
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
