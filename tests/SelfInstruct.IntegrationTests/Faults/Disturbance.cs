using System.Diagnostics;

namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>A wall clock and a disk of one process that others can disturb, by disturbance.c preloaded into it.</summary>
sealed class Disturbance : IDisposable
{
    readonly FileStream _shared;

    Disturbance(string library, string path)
    {
        (Library, _shared) = (library, new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite));
        Calm();
    }

    string Library { get; }

    /// <summary>Null where no C compiler is.</summary>
    public static Disturbance? TryBuild(string folder)
    {
        var library = Path.Combine(folder, "disturbance.so");
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O2", "-o", library, Path.Combine(Tests.Repository.Root, "tests", "SelfInstruct.IntegrationTests", "Faults", "disturbance.c"), "-ldl"]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? new Disturbance(library, Path.Combine(folder, "disturbance")) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Apply(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Library;
        start.Environment["SELFINSTRUCT_DISTURBANCE"] = _shared.Name;
    }

    /// <summary>The wall clock is off by so much from now on.</summary>
    public void SetClock(TimeSpan offset) => Write(0, (long)offset.TotalSeconds);

    /// <summary>Each fsync takes so much longer from now on.</summary>
    public void SlowDisk(TimeSpan delay) => Write(8, (long)delay.TotalMicroseconds);

    public void Calm()
    {
        SetClock(TimeSpan.Zero);
        SlowDisk(TimeSpan.Zero);
    }

    public void Dispose() => _shared.Dispose();

    void Write(int at, long value)
    {
        _shared.Position = at;
        _shared.Write(BitConverter.GetBytes(value));
        _shared.Flush();
    }
}
