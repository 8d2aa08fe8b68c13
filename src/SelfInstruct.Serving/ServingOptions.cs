using System.Net;

namespace SelfInstruct.Serving;

/// <summary>Where the server listens, and what it takes at most.</summary>
public sealed record ServingOptions
{
    /// <summary>On a loopback address only requests that name this machine in Host are taken.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Bytes of a request's body.</summary>
    public long MaxRequestBytes { get; init; } = 1 << 20;

    /// <summary>Completions in progress and waiting, of all requests together; what goes beyond is turned away.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Completions of one prompt.</summary>
    public int MaxChoices { get; init; } = 16;

    /// <summary>For requests in progress to end when the server is stopped; then they are cut off.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
