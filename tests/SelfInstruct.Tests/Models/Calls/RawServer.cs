using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SelfInstruct.Tests.Models.Calls;

/// <summary>A loopback server that writes the very bytes of its answers, and can break off in the middle of one.</summary>
sealed class RawServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<int, string, RawAnswer> _answer;
    readonly ConcurrentBag<Socket> _sockets = [];
    int _requests;
    int _inFlight;

    /// <param name="answer">Given the request's number, from 1, and its head and body.</param>
    /// <param name="port">0: any that is free.</param>
    public RawServer(Func<int, string, RawAnswer> answer, int port = 0)
    {
        _answer = answer;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(1024);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/v1");

    public int Requests => Volatile.Read(ref _requests);

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(stop), stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        _sockets.Add(socket);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ReadRequestAsync(stream, stop) is { } request)
            {
                var answer = _answer(Interlocked.Increment(ref _requests), request);
                Interlocked.Increment(ref _inFlight);
                try
                {
                    await answer.Until.WaitAsync(stop);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.Bytes), stop);
                }
                finally
                {
                    Interlocked.Decrement(ref _inFlight);
                }

                if (answer.Ending == RawEnding.Reset)
                {
                    socket.LingerState = new LingerOption(true, 0);
                }

                if (answer.Ending != RawEnding.KeepOpen)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }

    static async Task<string?> ReadRequestAsync(NetworkStream stream, CancellationToken stop)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var request = text.ToString();
            var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            const string Length = "Content-Length: ";
            var at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
            if (head >= 0 && at >= 0 && request.Length >= head + 4 + int.Parse(request[(at + Length.Length)..request.IndexOf("\r\n", at, StringComparison.Ordinal)]))
            {
                return request;
            }
        }
    }
}

enum RawEnding
{
    KeepOpen,
    Close,
    Reset,
}

/// <param name="Bytes">Head and body.</param>
sealed record RawAnswer(string Bytes, RawEnding Ending = RawEnding.KeepOpen)
{
    /// <summary>It is held back until then.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    public static RawAnswer Of(int status, string body, params string[] headers) =>
        new($"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n{body}");

    public static RawAnswer Completion(string text = "ok") =>
        Of(200, $$$"""{"choices":[{"text":"{{{text}}}","finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}""");
}
