namespace SelfInstruct.Datasets;

/// <param name="Input">Empty where the instruction alone says everything.</param>
public sealed record TrainingExample(string Instruction, string Input, string Output);
