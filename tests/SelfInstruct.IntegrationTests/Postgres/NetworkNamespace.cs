using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>A network of its own for a process, with one cable to this one; the kernel's TCP runs over it, and it can be pulled.</summary>
sealed class NetworkNamespace : IDisposable
{
    const int NewNetwork = 0x40000000;

    static int s_made;

    // Names of links have at most 15 characters. Each is new: the kernel takes a deleted namespace's away a little later.
    readonly string _link;
    readonly int _subnet;

    NetworkNamespace()
    {
        var number = Interlocked.Increment(ref s_made);
        _link = string.Create(CultureInfo.InvariantCulture, $"si{Environment.ProcessId}x{number}");
        _subnet = (Environment.ProcessId + number) % 256;
    }

    public string Name => _link;

    /// <summary>Of this side.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"10.213.{_subnet}.1");

    string Guest => string.Create(CultureInfo.InvariantCulture, $"10.213.{_subnet}.2");

    /// <summary>Null, and why: who may not have one, or has no program for it.</summary>
    public static NetworkNamespace? Create(out string missing)
    {
        var created = new NetworkNamespace();
        try
        {
            created.Connect();
            missing = "";
            return created;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            created.Dispose();
            missing = $"No network namespace can be made (root and iproute2 are needed): {e.Message}";
            return null;
        }
    }

    /// <summary>The link loses its carrier: packets vanish on both sides, and no connection is told.</summary>
    public void Cut() => RunIp($"-n {Name} link set eth0 down");

    public void Mend() => RunIp($"-n {Name} link set eth0 up");

    /// <summary>A listener on the namespace's loopback; what it accepts can be passed on outside.</summary>
    public TcpListener Listen(int port)
    {
        TcpListener? listener = null;
        Exception? failure = null;

        // A thread enters alone, and cannot be used for anything else afterwards.
        var thread = new Thread(() => failure = Try(() =>
        {
            Enter();
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }));
        thread.Start();
        thread.Join();
        return failure is null ? listener! : throw failure;
    }

    public void Dispose()
    {
        try
        {
            RunIp($"netns delete {Name}");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            // It was never made.
        }
    }

    void Connect()
    {
        RunIp($"netns add {Name}");
        RunIp($"link add {_link} type veth peer name eth0 netns {Name}");
        RunIp($"addr add {Host}/24 dev {_link}");
        RunIp($"link set {_link} up");
        RunIp($"-n {Name} addr add {Guest}/24 dev eth0");
        RunIp($"-n {Name} link set eth0 up");
        RunIp($"-n {Name} link set lo up");
    }

    void Enter()
    {
        using var file = File.OpenHandle($"/var/run/netns/{Name}");
        if (SetNamespace((int)file.DangerousGetHandle(), NewNetwork) != 0)
        {
            throw new Win32Exception();
        }
    }

    static Exception? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return e;
        }
    }

    static void RunIp(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {arguments}: {errors.Trim()}");
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    static extern int SetNamespace(int file, int kind);
}
