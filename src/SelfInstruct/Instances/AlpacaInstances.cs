using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>The one instance that came with its instruction, kept in the raw instances as JSON.</summary>
public static class AlpacaInstances
{
    /// <summary>Alpaca has no rule for instances; an output of nothing is no training example all the same.</summary>
    public static ImmutableArray<InstanceRule> Rules { get; } = [.. InstanceRules.Paper.Where(static rule => rule.Name == "empty_output")];

    public static ImmutableArray<Instance> Parse(string text) =>
    [
        .. from item in JsonAnswer.ReadItems(text)
           let output = JsonAnswer.FindText(item, "output")
           where output is not null
           select new Instance(JsonAnswer.FindText(item, "input") ?? "", output),
    ];
}
