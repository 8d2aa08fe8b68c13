using System.Collections.Immutable;
using SelfInstruct.Analysis.VerbNouns;
using SelfInstruct.Novelty;

namespace SelfInstruct.Analysis.Selection;

/// <param name="Class">Rows are taken from each in turn.</param>
public sealed record SelectableRow(string Instruction, string Class);

/// <summary>
/// A diverse subset, one row after another: next comes the row of the class with fewest so far whose gain is highest
/// (ties: the first). A row's gain is its distance (1 - ROUGE-L) to the nearest row selected, by one more than the rows
/// selected from its cell; a cell is a verb and its noun, or, where there is no verb, the first two words. So the first k
/// of a selection are the selection of k.
/// </summary>
/// <remarks>
/// Exact but lazy: a gain never rises as rows are selected, so an old one is a bound, and only rows whose bound
/// is the highest are looked at again. At worst rows times selected comparisons.
/// </remarks>
public static class DiverseSelection
{
    /// <param name="rows">To select from.</param>
    /// <param name="count">How many; all rows, in order of selection, if there are no more.</param>
    /// <returns>Indices, in order of selection.</returns>
    public static ImmutableArray<int> Select(IReadOnlyList<SelectableRow> rows, int count, CancellationToken cancellationToken)
    {
        var candidates = new Candidates(rows);
        var classes = rows.Select(static row => row.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var queues = classes.ConvertAll(_ => new PriorityQueue<int, (double Loss, int Row)>());
        for (var i = 0; i < rows.Count; i++)
        {
            queues[classes.IndexOf(rows[i].Class)].Enqueue(i, (-1, i));
        }

        var taken = new int[classes.Count];
        while (candidates.Selected < Math.Min(count, rows.Count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Enumerable.Range(0, classes.Count).Where(i => queues[i].Count > 0).MinBy(i => taken[i]);
            candidates.Take(Best(queues[next], candidates));
            taken[next]++;
        }

        return candidates.InOrder;
    }

    /// <summary>What a row's cell is called.</summary>
    public static string Cell(string instruction)
    {
        var found = VerbNoun.Of(instruction);
        return found.Verb is { } verb ? $"{verb} {found.Noun}" : string.Join(' ', WordSplitter.Modern.Split(instruction).Take(2)) + "…";
    }

    static int Best(PriorityQueue<int, (double Loss, int Row)> queue, Candidates candidates)
    {
        while (true)
        {
            var row = queue.Dequeue();
            var loss = (-candidates.Gain(row), row);
            if (!queue.TryPeek(out _, out var next) || loss.CompareTo(next) <= 0)
            {
                return row;
            }

            queue.Enqueue(row, loss);
        }
    }

    sealed class Candidates
    {
        readonly ComparedTexts _texts;
        readonly int[] _cells;
        readonly int[] _fromCell;

        /// <summary>Highest ROUGE-L of a row to the first <see cref="_seen"/> of the selected.</summary>
        readonly double[] _nearest;
        readonly int[] _seen;
        readonly List<int> _selected = [];

        public Candidates(IReadOnlyList<SelectableRow> rows)
        {
            _texts = new ComparedTexts(rows.Select(static row => row.Instruction), AnalysisOptions.SimilarityWords);
            Dictionary<string, int> numbers = new(StringComparer.Ordinal);
            var names = new string[rows.Count];
            Parallel.For(0, rows.Count, i => names[i] = Cell(rows[i].Instruction));
            _cells = [.. names.Select(name => numbers.TryGetValue(name, out var number) ? number : numbers[name] = numbers.Count)];
            (_fromCell, _nearest, _seen) = (new int[numbers.Count], new double[rows.Count], new int[rows.Count]);
        }

        public int Selected => _selected.Count;

        public ImmutableArray<int> InOrder => [.. _selected];

        public double Gain(int row)
        {
            _nearest[row] = _texts.Highest(row, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_selected)[_seen[row]..], _nearest[row]);
            _seen[row] = _selected.Count;
            return (1 - _nearest[row]) / (1 + _fromCell[_cells[row]]);
        }

        public void Take(int row)
        {
            _selected.Add(row);
            _fromCell[_cells[row]]++;
        }
    }
}
