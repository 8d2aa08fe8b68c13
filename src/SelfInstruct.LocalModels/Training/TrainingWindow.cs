namespace SelfInstruct.LocalModels.Training;

/// <summary>Tokens that go through the model together: one sequence, or several side by side that do not see one another.</summary>
/// <param name="Tokens">[T], read.</param>
/// <param name="Targets">[T], to be predicted after each.</param>
/// <param name="Weights">[T], not negative: how much each target counts in the loss; 0: not at all.</param>
/// <param name="Lengths">Tokens of each sequence, in order; T in all. Positions and attention begin anew with each.</param>
public sealed record TrainingWindow(int[] Tokens, int[] Targets, float[] Weights, int[] Lengths)
{
    /// <summary>Σ weights, what a mean loss is divided by.</summary>
    public double Counted => Weights.Sum(static weight => (double)weight);
}
