namespace SelfInstruct.LocalModels.Training;

/// <summary>One example as the model reads it: start of text, prompt, completion, end of text.</summary>
/// <param name="Tokens">[n + 1], at least two; n of them are read and n predicted.</param>
/// <param name="Weights">[n + 1], not negative: how much predicting each token counts; the first is never predicted.</param>
public sealed record TrainingSequence(int[] Tokens, float[] Weights)
{
    /// <summary>Tokens read.</summary>
    public int Length => Tokens.Length - 1;
}
