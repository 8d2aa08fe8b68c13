namespace SelfInstruct.Novelty;

/// <summary>Texts, and whether another is a near-duplicate of one of them by some measure. One call at a time.</summary>
public interface INearDuplicates
{
    /// <summary>For outputs: rouge-l, minhash, or embedding: and the model's name.</summary>
    string Measure { get; }

    /// <summary>Whether decisions rest on estimates: near-duplicates may be missed, and others taken for some.</summary>
    bool IsApproximate { get; }

    /// <summary>Adds texts without asking.</summary>
    Task AddAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>Takes candidates in order and adds each that is above the threshold to none before it.</summary>
    /// <returns>Whether each was added.</returns>
    Task<IReadOnlyList<bool>> TryAddAsync(IReadOnlyList<string> candidates, CancellationToken cancellationToken);
}
