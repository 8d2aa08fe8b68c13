using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>From a data file to rows, and to what a local model reads.</summary>
static class FinetuningData
{
    /// <exception cref="InvalidDataException">No such file, no rows, or one that cannot be learned from; says where.</exception>
    public static ImmutableArray<DatasetRow> Read(string path)
    {
        ImmutableArray<DatasetRow> rows = [.. JsonObjects.Read(path).Select(static row => DatasetRow.Parse(row.Object, row.Place))];
        return rows.IsEmpty ? throw new InvalidDataException($"{path}: has no rows.") : rows;
    }

    public static IReadOnlyList<TrainingSequence> Encode(ImmutableArray<DatasetRow> rows, Vocabulary vocabulary, FinetuningOptions options)
    {
        var encoder = new SequenceEncoder(vocabulary, options.PromptLossWeight);
        return [.. rows.SelectMany((row, place) => encoder.Encode(row, new CounterRandom((long)options.Seed, "encode", 0, place)))];
    }
}
