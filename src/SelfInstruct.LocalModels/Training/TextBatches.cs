namespace SelfInstruct.LocalModels.Training;

/// <summary>Windows of equal length cut from one long text, as in pretraining; documents in a window see those before them.</summary>
public sealed class TextBatches : TrainingBatches
{
    readonly TrainingText text;
    readonly TrainingOptions options;
    readonly WindowSampler sampler;

    /// <exception cref="ArgumentException">The text is shorter than a window.</exception>
    public TextBatches(TrainingText text, TrainingOptions options)
    {
        (this.text, this.options) = (text, options);
        sampler = new WindowSampler(text.Tokens.Length, options.WindowLength, options.Seed, options.Shuffle);
    }

    public override string Fingerprint => $"text {Hash(Bytes(text.Tokens), Bytes(text.Learn))}";

    public override TrainingWindow[] At(int step) =>
    [
        .. Enumerable.Range(0, options.BatchWindows).Select(slot =>
            Window(text, sampler.Start(((long)step * options.BatchWindows) + slot), options.WindowLength)),
    ];

    /// <summary>Consecutive windows from the start of the text, as many as are whole and at most <paramref name="most"/>.</summary>
    internal static TrainingWindow[] FromStart(TrainingText text, int length, int most) =>
        [.. Enumerable.Range(0, Math.Clamp((text.Tokens.Length - 1) / length, 0, most)).Select(window => Window(text, window * length, length))];

    static TrainingWindow Window(TrainingText text, int start, int length) => new(
        text.Tokens[start..(start + length)],
        text.Tokens[(start + 1)..(start + 1 + length)],
        Array.ConvertAll(text.Learn[(start + 1)..(start + 1 + length)], static learn => learn ? 1f : 0f),
        [length]);
}
