using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>`review` as a user runs it; its first lines are its links.</summary>
sealed class ReviewProcess : ServerProcess
{
    ReviewProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    /// <summary>By annotator; the lead's is of "lead".</summary>
    public Dictionary<string, Uri> Links { get; } = [];

    public Uri Address => new(Links["lead"], "/");

    /// <param name="people">Annotators to be given links.</param>
    /// <param name="arguments">After `review`; a port is added where there is none.</param>
    public static async Task<ReviewProcess> StartAsync(string[] people, params string[] arguments)
    {
        string[] port = arguments.Contains("--port") ? [] : ["--port", "0"];
        var server = new ReviewProcess(CommandLine.Prepare(null, ["review", .. arguments, .. port, .. people.SelectMany(static name => new[] { "--annotator", name })]));
        for (var i = 0; i <= people.Length; i++)
        {
            var line = await server.ReadLineAsync();
            server.Links[i == 0 ? "lead" : line.Split(' ')[0]] = new Uri(line.Split(' ')[^1]);
        }

        return server;
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
}
