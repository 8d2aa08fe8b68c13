namespace SelfInstruct.Novelty;

public sealed record EmbeddingOptions
{
    /// <summary>A text above this cosine to another is a near-duplicate. In [0, 1].</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>Texts embedded by one call, at least 1.</summary>
    public int BatchSize { get; init; } = 64;
}

/// <summary>
/// Near-duplicates by the cosine of embeddings. Exact for the vectors, which are compared with all others in single
/// precision: the cost of a text is n * d multiplications, its memory 4d bytes.
/// </summary>
/// <remarks>A text of white space alone is not embedded and near to nothing.</remarks>
public sealed class EmbeddingIndex : INearDuplicates
{
    readonly Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<float[]>>> _embed;
    readonly EmbeddingOptions _options;
    readonly List<float[]> _vectors = [];

    /// <param name="model">For <see cref="Measure"/>: cosines of different models say different things.</param>
    /// <param name="embed">Texts to vectors of one length, in order.</param>
    /// <param name="options">Threshold and size of batches.</param>
    /// <exception cref="ArgumentException">An option outside its range.</exception>
    public EmbeddingIndex(string model, Func<IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<float[]>>> embed, EmbeddingOptions options)
    {
        if (options is not { Threshold: >= 0 and <= 1, BatchSize: >= 1 })
        {
            throw new ArgumentException($"The threshold is {options.Threshold} and the batch size {options.BatchSize}; they must be in [0, 1] and at least 1.", nameof(options));
        }

        Measure = "embedding:" + model;
        (_embed, _options) = (embed, options);
    }

    public string Measure { get; }

    public bool IsApproximate => false;

    /// <summary>Texts added.</summary>
    public int Count { get; private set; }

    /// <exception cref="InvalidDataException">A vector that no cosine can be taken of; says of which text.</exception>
    public async Task AddAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        foreach (var batch in texts.Chunk(_options.BatchSize))
        {
            _vectors.AddRange((await EmbedAsync(batch, cancellationToken).ConfigureAwait(false)).OfType<float[]>());
            Count += batch.Length;
        }
    }

    /// <exception cref="InvalidDataException">A vector that no cosine can be taken of; says of which text.</exception>
    public async Task<IReadOnlyList<bool>> TryAddAsync(IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        List<bool> added = [];
        foreach (var batch in candidates.Chunk(_options.BatchSize))
        {
            var vectors = await EmbedAsync(batch, cancellationToken).ConfigureAwait(false);
            var compared = _vectors.Count;
            var isAbove = CompareWithAll(vectors, cancellationToken);
            added.AddRange(vectors.Select((vector, i) => !isAbove[i] && TryAppend(vector, compared)));
        }

        return added;
    }

    /// <param name="vector">Null is near to nothing.</param>
    /// <param name="compared">How many it was compared with and is above none of: the rest came from its own batch.</param>
    bool TryAppend(float[]? vector, int compared)
    {
        if (vector is not null)
        {
            if (_vectors.Skip(compared).Any(other => IsAbove(vector, other)))
            {
                return false;
            }

            _vectors.Add(vector);
        }

        Count++;
        return true;
    }

    bool IsAbove(float[] a, float[] b) => UnitVector.Cosine(a, b) > _options.Threshold;

    /// <summary>Each stored vector is read once for the whole batch.</summary>
    bool[] CompareWithAll(IReadOnlyList<float[]?> candidates, CancellationToken cancellationToken)
    {
        var isAbove = new bool[candidates.Count];
        foreach (var stored in _vectors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < isAbove.Length; i++)
            {
                isAbove[i] = isAbove[i] || (candidates[i] is { } vector && IsAbove(vector, stored));
            }
        }

        return isAbove;
    }

    /// <summary>Unit vectors; null for a text of white space alone.</summary>
    async Task<IReadOnlyList<float[]?>> EmbedAsync(string[] texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] asked = [.. texts.Where(static text => !string.IsNullOrWhiteSpace(text))];
        var vectors = asked.Length == 0 ? [] : await _embed(asked, cancellationToken).ConfigureAwait(false);
        if (vectors.Count != asked.Length)
        {
            throw new InvalidDataException($"{Measure}: {vectors.Count} vectors came for {asked.Length} texts. Check the embedding model and its server.");
        }

        var length = _vectors.Count > 0 ? _vectors[0].Length : vectors.Count > 0 ? vectors[0].Length : 0;
        var units = vectors.Select((vector, i) => UnitVector.Of(vector, length, new EmbeddedText(Measure, i, asked[i]))).ToList();
        var next = 0;
        return [.. texts.Select(text => string.IsNullOrWhiteSpace(text) ? null : units[next++])];
    }
}
