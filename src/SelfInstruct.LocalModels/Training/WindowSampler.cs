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
        var epochSeed = Mix(seed + Mix((ulong)epoch));
        var slack = Math.Min(windowLength, textLength - (windows * windowLength));
        var shift = (int)(Mix(epochSeed) % (ulong)slack);
        var window = shuffle ? Shuffle((int)position, epochSeed) : (int)position;
        return shift + (window * windowLength);
    }

    /// <summary>A permutation of [0, windows): a Feistel network on the next even power of two, walked until it lands inside.</summary>
    int Shuffle(int position, ulong key)
    {
        var halfBits = 1;
        while (1L << (2 * halfBits) < windows)
        {
            halfBits++;
        }

        var mask = (1u << halfBits) - 1;
        var value = (uint)position;
        do
        {
            var (left, right) = (value >> halfBits, value & mask);
            for (var round = 0UL; round < 4; round++)
            {
                (left, right) = (right, left ^ ((uint)Mix(key + (round << 32) + right) & mask));
            }

            value = (left << halfBits) | right;
        }
        while (value >= windows);
        return (int)value;
    }

    /// <summary>SplitMix64's output function (Steele, Lea and Flood, 2014).</summary>
    static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
