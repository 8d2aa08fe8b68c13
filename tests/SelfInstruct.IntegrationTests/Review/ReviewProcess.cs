using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>`review` as a user runs it; its first lines are its links.</summary>
sealed class ReviewProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _errors;

    ReviewProcess(Process process, Task<string> errors, Dictionary<string, Uri> links) => (_process, _errors, Links) = (process, errors, links);

    /// <summary>By annotator; the lead's is of "lead".</summary>
    public Dictionary<string, Uri> Links { get; }

    public Uri Address => new(Links["lead"], "/");

    /// <param name="people">Annotators to be given links.</param>
    /// <param name="arguments">After `review`; a port is added where there is none.</param>
    public static async Task<ReviewProcess> StartAsync(string[] people, params string[] arguments)
    {
        string[] port = arguments.Contains("--port") ? [] : ["--port", "0"];
        var process = Process.Start(CommandLine.Prepare(null, ["review", .. arguments, .. port, .. people.SelectMany(static name => new[] { "--annotator", name })]))!;
        var errors = process.StandardError.ReadToEndAsync();
        Dictionary<string, Uri> links = [];
        for (var i = 0; i <= people.Length; i++)
        {
            var line = await process.StandardOutput.ReadLineAsync();
            if (line is null)
            {
                Assert.Fail($"The server did not start: {await errors}");
            }

            links[i == 0 ? "lead" : line.Split(' ')[0]] = new Uri(line.Split(' ')[^1]);
        }

        return new ReviewProcess(process, errors, links);
    }

    public static int FindFreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>As a script that follows the link and reads the session does.</summary>
    public async Task<HttpClient> EnterAsync(string name)
    {
        var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        (await http.GetAsync(Links[name])).EnsureSuccessStatusCode();
        var session = await http.GetFromJsonAsync<JsonElement>("/api/session");
        http.DefaultRequestHeaders.Add("X-CSRF", session.GetProperty("csrf").GetString());
        return http;
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
