namespace SelfInstruct.LocalModels.Training;

/// <summary>
/// Cuts the text into windows, epoch by epoch: each epoch shifts the cuts and shuffles the windows,
/// so that every token is learnt from once per epoch. Which window comes when is a function of seed, step and slot alone.
/// </summary>
internal sealed class WindowSampler
{
    readonly int textLength;
    readonly int windowLength;
    readonly int windows;
    readonly ulong seed;
    readonly bool shuffle;

    /// <param name="textLength">Tokens.</param>
    /// <param name="windowLength">Tokens predicted per window; it reads one more.</param>
    /// <param name="shuffle">False: the windows of an epoch come in the order of the text.</param>
    public WindowSampler(int textLength, int windowLength, ulong seed, bool shuffle = true)
    {
        if (textLength <= windowLength)
        {
            throw new ArgumentException(
                $"The text has {textLength} tokens but a window needs {windowLength + 1}; shorten the window or give more text.", nameof(textLength));
        }

        (this.textLength, this.windowLength, this.seed, this.shuffle) = (textLength, windowLength, seed, shuffle);
        // Room is left for the shift, unless the text is shorter than two windows.
        windows = Math.Max(1, (textLength - windowLength) / windowLength);
    }

    /// <summary>First token of window <paramref name="index"/>, counted over the whole run.</summary>
    public int Start(long index)
    {
        var (epoch, position) = Math.DivRem(index, windows);
        var epochSeed = SeededPermutation.Mix(seed + SeededPermutation.Mix((ulong)epoch));
        var slack = Math.Min(windowLength, textLength - (windows * windowLength));
        var shift = (int)(SeededPermutation.Mix(epochSeed) % (ulong)slack);
        var window = shuffle ? new SeededPermutation(windows, epochSeed).At((int)position) : (int)position;
        return shift + (window * windowLength);
    }
}
