using System.Diagnostics;

namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>A file system of a few megabytes in memory, which can be filled to the last byte.</summary>
sealed class SmallDisk : IDisposable
{
    const int Megabytes = 64;

    SmallDisk(string path) => FolderPath = path;

    public string FolderPath { get; }

    string Filler => Path.Combine(FolderPath, "filler");

    /// <summary>Null where this user may not mount one.</summary>
    public static SmallDisk? TryMount(string path)
    {
        Directory.CreateDirectory(path);
        return OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", path) ? new SmallDisk(path) : null;
    }

    public void Fill()
    {
        var block = new byte[4096];
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var n = 0; n < Megabytes * 256; n++)
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                // Full: that is what was wanted.
                return;
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose() => Run("umount", "-l", FolderPath);

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
