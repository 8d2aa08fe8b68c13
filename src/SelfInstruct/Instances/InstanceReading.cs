using System.Collections.Immutable;
using SelfInstruct.Python;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>How instances are read out of a completion, and which are rejected.</summary>
/// <param name="Name">The value of the setting instances.reading.</param>
/// <param name="Strip">Removes white space at both ends.</param>
/// <param name="Rules">Asked in order; the first that rejects is named.</param>
public sealed record InstanceReading(
    string Name,
    Func<string, string> Strip,
    Func<string, ImmutableArray<Instance>> ParseInputFirst,
    Func<string, ImmutableArray<Instance>> ParseOutputFirst,
    ImmutableArray<InstanceRule> Rules)
{
    /// <summary>The prompt asks in words, and a chat model is sent it as it is.</summary>
    public bool IsMessage { get; init; }

    /// <summary>A leading "Input:" goes from the inputs of label-first instances too.</summary>
    public static InstanceReading Paper { get; } = new(
        "paper", static text => text.Trim(), InstanceParser.ParseInputFirst, InstanceParser.ParseOutputFirst, InstanceRules.Paper);

    /// <summary>The published code, quirk for quirk.</summary>
    public static InstanceReading Released { get; } = new(
        "released", PythonText.Strip, ReleasedInstances.ParseInputFirst, ReleasedInstances.ParseOutputFirst, InstanceRules.Released);

    /// <summary>For chat models: tolerant of Markdown and JSON, strict about refusals and the like.</summary>
    public static InstanceReading Modern { get; } = new(
        "modern", static text => text.Trim(), ModernInstances.ParseInputFirst, ModernInstances.ParseOutputFirst, ModernInstances.Rules)
    { IsMessage = true };

    /// <summary>The one instance that the instruction came with.</summary>
    public static InstanceReading Alpaca { get; } = new(
        "alpaca", PythonText.Strip, AlpacaInstances.Parse, AlpacaInstances.Parse, AlpacaInstances.Rules);

    public static ImmutableArray<InstanceReading> All { get; } = [Paper, Released, Modern, Alpaca];
}
