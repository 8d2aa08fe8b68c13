using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Python;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>A named reason to reject one instance.</summary>
public sealed record InstanceRule(string Name, Func<Instance, AnswerContext, bool> Rejects);

/// <param name="Rule">Name of the rule that rejected it.</param>
public sealed record RejectedInstance(Instance Instance, string Rule);

/// <param name="Kept">In the order of the completion.</param>
public sealed record FilteredInstances(ImmutableArray<Instance> Kept, ImmutableArray<RejectedInstance> Rejected);

/// <summary>The heuristics on instances of the paper's section 2.2, with the published code's details.</summary>
public static class InstanceRules
{
    public static ImmutableArray<InstanceRule> Paper { get; } =
    [
        new("output_equals_input", static (instance, _) => instance.Input == instance.Output),
        new("empty_output", static (instance, _) => instance.Output.Length == 0),
        new("ends_with_colon", static (instance, _) => instance.Input.TrimEnd().EndsWith(':') || instance.Output.TrimEnd().EndsWith(':')),
    ];

    /// <summary>The paper profile's, with Python's white space.</summary>
    public static ImmutableArray<InstanceRule> Released { get; } =
    [
        .. Paper.Where(static rule => rule.Name != "ends_with_colon"),
        new("ends_with_colon", static (instance, _) => PythonText.Strip(instance.Input).EndsWith(':') || PythonText.Strip(instance.Output).EndsWith(':')),
    ];

    /// <summary>Filters the instances of one instruction; when one input has two outputs, none can be trusted.</summary>
    /// <param name="instances">As parsed, in order.</param>
    /// <param name="cutOff">The completion ended for length: its last instance is likely incomplete.</param>
    public static FilteredInstances Filter(ImmutableArray<Instance> instances, bool cutOff) => Filter(instances, cutOff, Paper, AnswerContext.None);

    /// <param name="instances">As parsed, in order.</param>
    /// <param name="cutOff">The completion ended for length: its last instance is likely incomplete.</param>
    /// <param name="rules">Asked in order.</param>
    /// <param name="context">What they are judged against.</param>
    public static FilteredInstances Filter(ImmutableArray<Instance> instances, bool cutOff, ImmutableArray<InstanceRule> rules, AnswerContext context)
    {
        var rejected = ImmutableArray.CreateBuilder<RejectedInstance>();
        var kept = ImmutableArray.CreateBuilder<Instance>();
        HashSet<Instance> seen = [];
        for (var i = 0; i < instances.Length; i++)
        {
            var rule = cutOff && i == instances.Length - 1 ? "cut_off" : rules.FirstOrDefault(rule => rule.Rejects(instances[i], context))?.Name;
            rule ??= seen.Add(instances[i]) ? null : "duplicate_instance";
            if (rule is null)
            {
                kept.Add(instances[i]);
            }
            else
            {
                rejected.Add(new RejectedInstance(instances[i], rule));
            }
        }

        if (HasOneInputWithTwoOutputs(kept))
        {
            rejected.AddRange(kept.Select(static instance => new RejectedInstance(instance, "same_input_different_output")));
            kept.Clear();
        }

        return new FilteredInstances(kept.ToImmutable(), rejected.ToImmutable());
    }

    static bool HasOneInputWithTwoOutputs(IEnumerable<Instance> distinct) =>
        distinct.Where(static instance => instance.Input.Length > 0)
            .GroupBy(static instance => instance.Input)
            .Any(static group => group.Skip(1).Any());
}
