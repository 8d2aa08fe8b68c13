using System.Collections.Immutable;

namespace SelfInstruct.Trainers;

/// <param name="Modules">Under Hugging Face's names, as q_proj.</param>
public sealed record LoraRecipe(int Rank, double Alpha, ImmutableArray<string> Modules);

/// <summary>What a trainer is asked for; every setting is in its configuration or named in its README as not expressed.</summary>
/// <param name="Model">A name on the Hugging Face hub, or a folder of that form.</param>
/// <param name="BatchSize">Examples per step.</param>
/// <param name="Context">Tokens.</param>
/// <param name="Lora">Null: every weight is trained.</param>
/// <param name="PromptLossWeight">0 to 1.</param>
/// <param name="HeldOutShare">0 to below 1.</param>
public sealed record TrainerRecipe(
    string Model, int Epochs, double LearningRate, int BatchSize, int Context, LoraRecipe? Lora, double PromptLossWeight, double HeldOutShare, double WeightDecay, int Seed)
{
    /// <summary>Of the learning rate, in steps.</summary>
    public const double WarmupShare = 0.05;

    /// <summary>The trainers know a prompt that counts fully or not at all.</summary>
    public bool LearnsPrompts => PromptLossWeight == 1;
}
