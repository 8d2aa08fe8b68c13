using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SelfInstruct.IntegrationTests.Postgres;

/// <summary>A line to a server that can be cut as a cable is: what is sent is lost, and neither end is told.</summary>
sealed class BlackHole : IDisposable
{
    readonly TcpListener _listener;
    readonly ConcurrentBag<TcpClient> _ends = [];
    readonly int _port;
    volatile bool _isCut;

    /// <param name="port">Of the server, on loopback.</param>
    /// <param name="listener">Where the line begins; null: on a free port.</param>
    public BlackHole(int port, TcpListener? listener = null)
    {
        (_port, _listener) = (port, listener ?? new TcpListener(IPAddress.Loopback, 0));
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut() => _isCut = true;

    /// <summary>What was lost stays lost; new connections pass.</summary>
    public void Mend()
    {
        foreach (var end in _ends)
        {
            end.Dispose();
        }

        _isCut = false;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var end in _ends)
        {
            end.Dispose();
        }
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ends.Add(client);
                if (!_isCut)
                {
                    var server = new TcpClient();
                    _ends.Add(server);
                    await server.ConnectAsync(IPAddress.Loopback, _port);
                    _ = PassAsync(client, server);
                    _ = PassAsync(server, client);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    async Task PassAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (!_isCut)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }

            if (!_isCut)
            {
                to.Close();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            to.Dispose();
        }
    }
}
