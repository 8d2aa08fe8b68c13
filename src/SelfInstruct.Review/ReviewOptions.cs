using System.Collections.Immutable;
using System.Net;

namespace SelfInstruct.Review;

/// <summary>Where the page is served, and its limits.</summary>
public sealed record ReviewOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: a free one.</summary>
    public int Port { get; init; } = 8520;

    /// <summary>Names besides addresses and localhost by which the page may be asked for; matters only beyond loopback.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Of orders: the same seed shows the same annotator the same order.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Of a request's body.</summary>
    public int MaxRequestBytes { get; init; } = 256 << 10;

    public int MaxConnections { get; init; } = 512;

    /// <summary>How often a run is looked at.</summary>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromSeconds(1);
}
