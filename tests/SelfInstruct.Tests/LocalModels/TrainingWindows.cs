using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

static class TrainingWindows
{
    /// <summary>One sequence.</summary>
    /// <param name="tokens">[T].</param>
    /// <param name="targets">[T]; a negative one does not count.</param>
    public static TrainingWindow Of(int[] tokens, int[] targets) =>
        new(tokens, [.. targets.Select(static target => Math.Max(0, target))], [.. targets.Select(static target => target < 0 ? 0f : 1f)], [tokens.Length]);
}
