using System.Collections.Immutable;
using SelfInstruct.Datasets;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>A model of the experiment's table: the base model, tuned on some data or not at all.</summary>
/// <param name="Name">Also of its folder.</param>
/// <param name="Says">What it is, for the table.</param>
/// <param name="Data">Empty: not tuned.</param>
/// <param name="Steps">Of the optimizer.</param>
public sealed record ExperimentRow(string Name, string Says, ImmutableArray<TrainingExample> Data, int Steps)
{
    public const string Vanilla = "vanilla";
    public const string SeedsFew = "seeds-few";
    public const string Seeds = "seeds";
    public const string SelfInstruct = "self-instruct";
    public const string WithoutEvaluation = "self-instruct-seed-families";
    public const string Gold = "gold";
    public const string GoldAndSelf = "gold-self-instruct";
    public const string Relabelled = "self-instruct-relabelled";
}
