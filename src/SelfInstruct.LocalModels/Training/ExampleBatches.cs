namespace SelfInstruct.LocalModels.Training;

/// <summary>Examples in an order that every epoch shuffles anew, so many per step, packed into windows.</summary>
public sealed class ExampleBatches : TrainingBatches
{
    readonly TrainingSequence[] sequences;
    readonly TrainingOptions options;
    readonly int batchExamples;

    /// <param name="sequences">At least one, none longer than a window.</param>
    /// <param name="batchExamples">Examples per step; the last step of an epoch takes what is left.</param>
    /// <param name="options">Window length, lanes and seed are read.</param>
    public ExampleBatches(IEnumerable<TrainingSequence> sequences, int batchExamples, TrainingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchExamples, 1);
        (this.sequences, this.batchExamples, this.options) = ([.. sequences], batchExamples, options);
        ArgumentOutOfRangeException.ThrowIfZero(this.sequences.Length, nameof(sequences));
    }

    public int StepsPerEpoch => (sequences.Length + batchExamples - 1) / batchExamples;

    public override string Fingerprint =>
        $"examples {Hash([.. sequences.SelectMany(static sequence => (byte[][])[Bytes(sequence.Tokens), Bytes(sequence.Weights)])])}, {batchExamples} per step";

    public override TrainingWindow[] At(int step)
    {
        var (epoch, batch) = Math.DivRem(step, StepsPerEpoch);
        var order = new SeededPermutation(sequences.Length, SeededPermutation.Mix(options.Seed + SeededPermutation.Mix((ulong)epoch)));
        var first = batch * batchExamples;
        var last = Math.Min(sequences.Length, first + batchExamples);
        return WindowPacking.Pack([.. Enumerable.Range(first, last - first).Select(i => sequences[order.At(i)])], options.WindowLength, options.GradientLanes);
    }
}
