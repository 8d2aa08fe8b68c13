using System.Net;
using System.Text;

namespace SelfInstruct.Tests.Models;

/// <summary>A server on loopback that answers each POST by a function of path, body and number of the request.</summary>
sealed class LoopbackServer : IDisposable
{
    readonly HttpListener _listener = new();
    readonly Func<LoopbackRequest, LoopbackAnswer> _answer;
    int _requests;

    public LoopbackServer(Func<LoopbackRequest, LoopbackAnswer> answer)
    {
        _answer = answer;
        Address = new Uri($"http://127.0.0.1:{FindFreePort()}/v1");
        _listener.Prefixes.Add(Address.AbsoluteUri + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public int Requests => Volatile.Read(ref _requests);

    public void Dispose() => _listener.Close();

    static int FindFreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers;
        var request = new LoopbackRequest(context.Request.Url!.AbsolutePath, body, Interlocked.Increment(ref _requests), headers["Authorization"])
        {
            Method = context.Request.HttpMethod,
            Query = context.Request.Url.Query,
            Headers = headers.AllKeys.OfType<string>().ToDictionary(static name => name, name => headers[name]!, StringComparer.OrdinalIgnoreCase),
        };
        var answer = _answer(request);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers ?? [])
        {
            context.Response.Headers[name] = value;
        }

        var bytes = Encoding.UTF8.GetBytes(answer.Body);
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}

/// <param name="Number">Counts from 1.</param>
sealed record LoopbackRequest(string Path, string Body, int Number, string? Authorization)
{
    public string Method { get; init; } = "POST";

    public string Query { get; init; } = "";

    public Dictionary<string, string> Headers { get; init; } = [];
}

sealed record LoopbackAnswer(int Status, string Body, Dictionary<string, string>? Headers = null);
