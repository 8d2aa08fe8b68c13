using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace SelfInstruct.IntegrationTests.Serving;

/// <summary>`serve` as a user runs it; its first line is its address.</summary>
sealed class ServeProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _errors;

    ServeProcess(Process process, Task<string> errors, Uri address) => (_process, _errors, Address) = (process, errors, address);

    public Uri Address { get; }

    public static async Task<ServeProcess> StartAsync(string? token, params string[] arguments)
    {
        var start = CommandLine.Prepare(null, ["serve", "--port", "0", .. arguments]);
        start.Environment["SELFINSTRUCT_SERVE_TOKEN"] = token;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var first = await process.StandardOutput.ReadLineAsync();
        if (first is null)
        {
            Assert.Fail($"The server did not start: {await errors}");
        }

        return new ServeProcess(process, errors, new Uri(first));
    }

    public async Task<JsonElement> HealthAsync()
    {
        using var http = new HttpClient();
        return await http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/health"));
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
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
