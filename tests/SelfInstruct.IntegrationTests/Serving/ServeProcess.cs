using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace SelfInstruct.IntegrationTests.Serving;

/// <summary>`serve` as a user runs it; its first line is its address.</summary>
sealed class ServeProcess : ServerProcess
{
    ServeProcess(ProcessStartInfo start)
        : base(start)
    {
    }

    public Uri Address { get; private set; } = null!;

    public static async Task<ServeProcess> StartAsync(string? token, params string[] arguments)
    {
        var start = CommandLine.Prepare(null, ["serve", "--port", "0", .. arguments]);
        start.Environment["SELFINSTRUCT_SERVE_TOKEN"] = token;
        var server = new ServeProcess(start);
        server.Address = new Uri(await server.ReadLineAsync());
        return server;
    }

    public async Task<JsonElement> HealthAsync()
    {
        using var http = new HttpClient();
        return await http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/health"));
    }
}
