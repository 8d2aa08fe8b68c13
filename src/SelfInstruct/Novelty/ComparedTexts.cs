using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <param name="Index">Of the nearest text; -1 where none shares a word.</param>
/// <param name="Score">Its ROUGE-L, in [0, 1].</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Neighbour(int Index, double Score)
{
    /// <summary>The nearer one; ties: the one added first.</summary>
    public static Neighbour? Nearer(Neighbour? a, Neighbour? b) =>
        (a, b) switch
        {
            (null, _) => b,
            (_, null) => a,
            var (x, y) => y.Value.Score > x.Value.Score || (y.Value.Score == x.Value.Score && y.Value.Index < x.Value.Index) ? b : a,
        };

    public static Neighbour None { get; } = new(-1, 0);
}

/// <summary>
/// Texts that do not grow, and their ROUGE-L to one another and to others: exact, whatever the score, where
/// <see cref="NoveltyIndex"/> asks about those above a threshold.
/// </summary>
public sealed class ComparedTexts
{
    /// <summary>Texts scored together.</summary>
    const int BatchSize = 256;

    readonly WordSplitter _splitter;
    readonly Vocabulary _vocabulary = new();
    readonly TextStore _store = new();
    readonly ThresholdTable _thresholds = new(1);
    readonly SubsequenceMatcher _matcher = new();
    int _matched = -1;

    public ComparedTexts(IEnumerable<string> texts, WordSplitter words)
    {
        _splitter = words;
        var query = new Query();
        foreach (var text in texts)
        {
            query.Begin(text, words, _vocabulary, _store, _thresholds, _store.Count);
            query.Intern();
            _store.Add(query.Words, query.Signature);
            _store.Publish();
        }
    }

    public int Count => _store.Count;

    /// <summary>The nearest of the other texts to each (ties: the first). The work of all pairs, on every core.</summary>
    public ImmutableArray<Neighbour> FindNearest(CancellationToken cancellationToken)
    {
        var byLength = Enumerable.Range(0, Count).OrderBy(id => _store[id].Length).ToArray();
        return Find(byLength, (id, draft) => draft.Begin(_store.Words(_store[id]), Count), static id => id, cancellationToken);
    }

    /// <summary>The nearest of these texts to each of the given (ties: the first).</summary>
    public ImmutableArray<Neighbour> FindNearest(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var words = texts.Select(Words).ToArray();
        var byLength = Enumerable.Range(0, texts.Count).OrderBy(i => words[i].Length).ToArray();
        return Find(byLength, (i, draft) => draft.Begin(words[i], Count), static _ => -1, cancellationToken);
    }

    /// <summary>The highest ROUGE-L of a text to any of others, or <paramref name="known"/> if none is higher. One thread at a time.</summary>
    /// <param name="text">Index of the text.</param>
    /// <param name="others">Indices.</param>
    /// <param name="known">A score that is known already.</param>
    public double Highest(int text, ReadOnlySpan<int> others, double known)
    {
        var m = _store[text].Length;
        foreach (var other in others)
        {
            // F is 2·LCS/(m+n) but for rounding, which the margin covers: fewer shared words cannot be higher.
            var n = _store[other].Length;
            var least = (int)Math.Floor((known * ((double)m + n) / 2) - 1e-6) + 1;
            if (Math.Min(m, n) >= least && TextStore.CanShare(least, _store.Signature(text), m, _store.Signature(other), n))
            {
                known = Math.Max(known, Score(text, other));
            }
        }

        return known;
    }

    /// <summary>ROUGE-L, in [0, 1]. One thread at a time; fastest for one text after another with the same first.</summary>
    public double Score(int text, int other)
    {
        var (first, second) = (_store[text], _store[other]);
        if (first.Length == 0 || second.Length == 0)
        {
            return 0;
        }

        if (_matched != text)
        {
            _matcher.Begin(_store.Words(first), _vocabulary.Count);
            _matched = text;
        }

        return RougeL.FMeasure(_matcher.Shared(_store.Words(second)), first.Length, second.Length);
    }

    int[] Words(string text)
    {
        var buffer = new WordBuffer();
        _splitter.Split(text, buffer);
        return [.. Enumerable.Range(0, buffer.Count).Select(i => _vocabulary.Find(buffer[i]))];
    }

    ImmutableArray<Neighbour> Find(int[] order, Action<int, RecordDraft> begin, Func<int, int> self, CancellationToken cancellationToken)
    {
        var nearest = new Neighbour[order.Length];
        var scratch = new ScratchPool(new NoveltyOptions().VectorBits);
        Parallel.ForEach(
            order.Chunk(BatchSize),
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            batch =>
            {
                using var memory = scratch.Rent();
                var drafts = memory.Drafts(batch.Length)[..batch.Length];
                for (var i = 0; i < batch.Length; i++)
                {
                    begin(batch[i], drafts[i]);
                }

                memory.Scorer.Score(drafts, _store, _vocabulary, Count);
                for (var i = 0; i < batch.Length; i++)
                {
                    nearest[batch[i]] = NearestBut(self(batch[i]), drafts[i].Nearest);
                }
            });
        return [.. nearest];
    }

    static Neighbour NearestBut(int self, NearestTen ten)
    {
        for (var place = 0; place < ten.Count; place++)
        {
            if (ten[place].Id != self)
            {
                return new Neighbour(ten[place].Id, ten[place].Score);
            }
        }

        return Neighbour.None;
    }
}
