using System.Diagnostics;

namespace SelfInstruct.IntegrationTests;

/// <summary>A command that serves until it is told to end.</summary>
abstract class ServerProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _errors;

    protected ServerProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line of its output; it is no server that ends before.</summary>
    protected async Task<string> ReadLineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync();
        if (line is null)
        {
            Assert.Fail($"The server did not start: {await _errors}");
        }

        return line;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As Ctrl-C does.</summary>
    public async Task<CommandLine> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        var output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return new CommandLine(_process.ExitCode, output, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
