namespace SelfInstruct.LocalModels.Training;

/// <summary>Linear warm-up, then half a cosine down to a floor (Loshchilov and Hutter, 2017).</summary>
internal static class LearningRateSchedule
{
    /// <param name="step">From 0.</param>
    public static double At(int step, TrainingOptions options)
    {
        if (step < options.WarmupSteps)
        {
            return options.LearningRate * (step + 1) / options.WarmupSteps;
        }

        var floor = options.LearningRate * options.FinalLearningRateShare;
        var span = Math.Max(1, options.Steps - 1 - options.WarmupSteps);
        var done = Math.Min(1.0, (double)(step - options.WarmupSteps) / span);
        return floor + ((options.LearningRate - floor) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
