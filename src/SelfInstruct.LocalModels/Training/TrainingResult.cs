using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Training;

/// <summary>State after a step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tokens">Tokens read since the first step.</param>
/// <param name="Loss">Of this step's batch before its update, in nats per counted target.</param>
/// <param name="HeldOutLoss">After the update, in nats per counted target; null where it was not measured.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="TokensPerSecond">Over this step.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrainingProgress(
    int Step, int Steps, long Tokens, double Loss, double? HeldOutLoss, double LearningRate, double GradientNorm, double TokensPerSecond);

/// <param name="Tokens">Tokens read.</param>
/// <param name="Loss">Of the last step's batch, in nats per counted target.</param>
/// <param name="HeldOutLoss">In nats per counted target; NaN if there was no held-out text of at least a window.</param>
/// <param name="Seconds">Spent in steps, over all resumptions.</param>
public sealed record TrainingResult(int Steps, long Tokens, double Loss, double HeldOutLoss, double Seconds);
