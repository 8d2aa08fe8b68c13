using System.Collections.Immutable;
using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Runs;

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
        var tokenizer = new BytePairTokenizer(vocabulary);
        return [.. rows.Select((row, place) => SequenceEncoding.Encode(row.Encode(new CounterRandom((long)options.Seed, "encode", 0, place)), tokenizer, options.PromptLossWeight))];
    }
}
