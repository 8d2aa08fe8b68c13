using System.Collections.Concurrent;
using System.Diagnostics;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>Processes that share a run against a scripted model, each with its two streams kept.</summary>
sealed class SharedProcesses(TemporaryFolder folder, ScriptedServer model, string address, params string[] options) : IDisposable
{
    readonly ConcurrentDictionary<Process, Task<string>> _started = [];

    public string[] Options => ["--model", "openai-completions:m", "--endpoint", model.Address.AbsoluteUri, .. options];

    /// <summary>`run --store`, into a folder of that name.</summary>
    public Process Run(string name) => Start(address, ["run", "--out", folder.In(name), .. Options]);

    /// <param name="name">Of its folder.</param>
    /// <param name="through">Another address of the store.</param>
    /// <param name="network">The network namespace it runs in; null: this one.</param>
    public Process Worker(string name, string? through = null, string? network = null) => Start(through ?? address, ["worker", "--work", folder.In(name)], network);

    /// <summary>On one machine, without a store.</summary>
    public Task<CommandLine> RunAloneAsync(string name) => CommandLine.RunAsync(["run", "--out", folder.In(name), .. Options]);

    public static async Task<int> WaitAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Both streams, when the process has ended.</summary>
    public Task<string> TextOf(Process process) => _started[process];

    public void Dispose()
    {
        foreach (var process in _started.Keys)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }

    Process Start(string store, string[] arguments, string? network = null)
    {
        var start = CommandLine.Prepare(null, [.. arguments, "--store", store]);
        if (network is not null)
        {
            // `ip` becomes the program: the process keeps its number.
            start = Within(network, start);
        }

        var process = Process.Start(start)!;
        _started[process] = ReadAsync(process);
        return process;
    }

    static ProcessStartInfo Within(string network, ProcessStartInfo start)
    {
        foreach (var (place, argument) in new[] { "netns", "exec", network, start.FileName }.Index())
        {
            start.ArgumentList.Insert(place, argument);
        }

        start.FileName = "ip";
        return start;
    }

    static async Task<string> ReadAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        return await process.StandardOutput.ReadToEndAsync() + await errors;
    }
}
