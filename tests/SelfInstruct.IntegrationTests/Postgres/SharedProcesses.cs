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

    public Process Worker(string name, string? through = null) => Start(through ?? address, ["worker", "--work", folder.In(name)]);

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

    Process Start(string store, string[] arguments)
    {
        var process = CommandLine.Start(null, [.. arguments, "--store", store]);
        _started[process] = ReadAsync(process);
        return process;
    }

    static async Task<string> ReadAsync(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        return await process.StandardOutput.ReadToEndAsync() + await errors;
    }
}
