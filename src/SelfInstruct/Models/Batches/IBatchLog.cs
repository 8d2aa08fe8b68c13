using System.Collections.Immutable;

namespace SelfInstruct.Models.Batches;

/// <summary>What a run knows of its batches across process ends. Safe to call concurrently.</summary>
public interface IBatchLog : IDisposable
{
    /// <summary>Where it lies; tells runs apart.</summary>
    string Place { get; }

    /// <summary>In the order written.</summary>
    Task<ImmutableArray<BatchRecord>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Returns when it is durable.</summary>
    Task AppendAsync(BatchRecord record, CancellationToken cancellationToken);
}

/// <summary>One line of batches.jsonl. A batch has three: before it is handed in (keys), when it was (batch_id), when it ended (status).</summary>
/// <param name="Batch">Our own name of it, which the provider keeps in its metadata.</param>
/// <param name="Endpoint">Path that its requests go to.</param>
/// <param name="Keys">Of its requests.</param>
/// <param name="BatchId">The provider's name of it.</param>
/// <param name="InputFileId">The provider's name of the file of requests.</param>
/// <param name="Status">Completed, expired, cancelled or failed.</param>
/// <param name="Answered">Requests that it brought an answer for.</param>
public sealed record BatchRecord(
    string Batch,
    DateTimeOffset At,
    string? Endpoint = null,
    ImmutableArray<string>? Keys = null,
    string? BatchId = null,
    string? InputFileId = null,
    string? Status = null,
    int? Answered = null);
