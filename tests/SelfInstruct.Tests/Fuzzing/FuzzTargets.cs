using System.Collections.Immutable;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Every reader of bytes that come from elsewhere.</summary>
static class FuzzTargets
{
    public static ImmutableArray<FuzzTarget> All { get; } =
        [.. DatasetTargets.All, .. EvaluationTargets.All, .. RunTargets.All, .. SettingsTargets.All, .. ModelFileTargets.All, .. AnswerTargets.All, .. ProviderTargets.All, .. ServerTargets.All];

    public static FuzzTarget Find(string name) => All.Single(target => target.Name == name);
}
