using System.Collections.Immutable;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>A fault with the name of the rule that found it.</summary>
public sealed record NamedFault(string Rule, QualityFault Fault);

/// <summary>Every rule there is, and which of them a run may be trusted with.</summary>
public static class QualityRules
{
    public static ImmutableArray<QualityRule> All { get; } =
    [
        new("empty", "no instruction, or an output that says nothing", TextRules.FindEmpty),
        new("refusal", "the output declines", TextRules.FindRefusal),
        new("mentions_ai", "the model speaks of itself", TextRules.FindMentionOfAI),
        new("truncated", "a text ends where no sentence can", TextRules.FindTruncation),
        new("repeated", "the output loops", TextRules.FindRepetition),
        new("echo", "the output repeats instruction or input", TextRules.FindEcho),
        new("merged_instances", "a second instance inside the first", MergedInstances.Find),
        new("wrong_language", "another script or language than expected", LanguageRule.Find),
        new("unbalanced_fence", "a code fence that is not closed", CodeFences.Find),
        new("wrong_arithmetic", "a plain sum that is wrong", Arithmetic.Find),
        new("placeholder", "text left to be filled in", Placeholders.Find),
        new("personal_data", "shapes of addresses, numbers and keys", PersonalData.Find),
        new("unsafe", "a word of the user's lists", static (row, context) => context.Unsafe?.Find(row)),
        new("white_space", "white space around a text", TextRules.FindWhiteSpace),
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(static rule => rule.Name)];

    /// <summary>Of the profile `modern`: the rules that are nearly always right. Its readings have rules of their own against refusals, loops and cut-off texts.</summary>
    public static ImmutableArray<string> Trusted { get; } = ["echo", "merged_instances", "unbalanced_fence", "wrong_arithmetic", "personal_data"];

    /// <exception cref="InvalidDataException">No rule has that name.</exception>
    public static ImmutableArray<QualityRule> Named(IEnumerable<string> names) =>
        [.. names.Select(static name => All.FirstOrDefault(rule => rule.Name == name)
            ?? throw new InvalidDataException($"There is no quality rule {name}. {NearestName.Suggest(name, Names)}Known: {string.Join(", ", Names)}."))];

    /// <summary>At most one fault of each rule, in the order of the rules.</summary>
    public static ImmutableArray<NamedFault> Check(TrainingExample row, ImmutableArray<QualityRule> rules, QualityContext context)
    {
        // Most rows are sound: nothing is allocated for those.
        ImmutableArray<NamedFault>.Builder? faults = null;
        foreach (var rule in rules)
        {
            if (rule.Find(row, context) is { } fault)
            {
                (faults ??= ImmutableArray.CreateBuilder<NamedFault>()).Add(new NamedFault(rule.Name, fault));
            }
        }

        return faults?.ToImmutable() ?? [];
    }
}
