namespace SelfInstruct.Datasets.Exports;

/// <summary>A row on its way out, with where it came from.</summary>
/// <param name="Training">As it stands in the run's fine-tuning files.</param>
/// <param name="Id">Of the instance in its run; null for a seed task and for a row of unknown origin.</param>
/// <param name="IsSeedTask">Written by people.</param>
public sealed record ExportRow(TrainingRow Training, string? Id = null, string? InstructionId = null, bool? IsClassification = null, bool IsSeedTask = false)
{
    public TrainingExample Example => Training.Example;
}

/// <summary>A line of provenance.jsonl: which row a line of the data is, and what a laid-out row no longer tells apart.</summary>
/// <param name="Split">"train" or "validation".</param>
/// <param name="Line">In the split's file, from 1; a header does not count.</param>
/// <param name="Row">Its place before the split, from 1.</param>
public sealed record ProvenanceLine(
    string Split, int Line, int Row, string Instruction, string Input, string? Id = null, string? InstructionId = null, bool? IsClassification = null, bool SeedTask = false);
