namespace SelfInstruct.LocalModels.Training;

/// <summary>Lays sequences side by side into windows.</summary>
internal static class WindowPacking
{
    /// <summary>A window so short costs as much for gathering and moving gradients as for computing them.</summary>
    const int GoodLength = 128;

    /// <summary>Longest first, each into the first window with room; a small batch still makes two windows, a larger one a window for every lane.</summary>
    /// <param name="longest">Tokens of a window; no sequence has more.</param>
    /// <param name="lanes">Windows that are worked on at once.</param>
    public static TrainingWindow[] Pack(IReadOnlyList<TrainingSequence> sequences, int longest, int lanes)
    {
        var total = sequences.Sum(static sequence => sequence.Length);
        var wanted = Math.Clamp(total / GoodLength, Math.Min(2, lanes), lanes);
        var room = Math.Min(longest, Math.Max((total + wanted - 1) / wanted, sequences.Max(static sequence => sequence.Length)));
        var (windows, used) = (new List<List<TrainingSequence>>(), new List<int>());
        foreach (var sequence in sequences.OrderByDescending(static sequence => sequence.Length))
        {
            var place = used.FindIndex(length => length + sequence.Length <= room);
            if (place < 0)
            {
                place = used.Count;
                used.Add(0);
                windows.Add([]);
            }

            used[place] += sequence.Length;
            windows[place].Add(sequence);
        }

        return [.. windows.Select(static window => Join(window))];
    }

    public static TrainingWindow Join(IReadOnlyList<TrainingSequence> sequences) => new(
        [.. sequences.SelectMany(static sequence => sequence.Tokens[..^1])],
        [.. sequences.SelectMany(static sequence => sequence.Tokens[1..])],
        [.. sequences.SelectMany(static sequence => sequence.Weights[1..])],
        [.. sequences.Select(static sequence => sequence.Length)]);
}
