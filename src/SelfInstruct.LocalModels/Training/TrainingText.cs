namespace SelfInstruct.LocalModels.Training;

/// <summary>Documents one after another, each ended by end-of-text.</summary>
/// <param name="Tokens">[n] token ids.</param>
/// <param name="Learn">[n]; false: predicting this token does not count in the loss.</param>
public sealed record TrainingText(int[] Tokens, bool[] Learn);
