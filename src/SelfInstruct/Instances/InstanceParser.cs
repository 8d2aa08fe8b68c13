using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>Reads instances out of a completion, as the published code does.</summary>
public static partial class InstanceParser
{
    const string ClassLabel = "Class label:";

    /// <summary>"Example n" blocks of input and output, or one output alone. Empty when there is neither.</summary>
    public static ImmutableArray<Instance> ParseInputFirst(string text)
    {
        text = text.Trim();
        return Example().IsMatch(text)
            ? [.. Example().Split(text).Select(static block => block.Trim()).Where(static block => block.Length > 0).Select(ParseInputAndOutput)]
            : Output().IsMatch(text) ? [ParseInputAndOutput(text)]
            : [];
    }

    /// <summary>"Class label:" blocks, the label on the first line and the input below it. Empty when there is none.</summary>
    public static ImmutableArray<Instance> ParseOutputFirst(string text) =>
        [.. text.Split(ClassLabel).Skip(1).Select(ParseLabelAndInput)];

    static Instance ParseInputAndOutput(string text)
    {
        var parts = Output().Split(text);
        var input = parts.Length > 1 ? parts[0].Trim() : "";
        var output = parts.Length > 1 ? parts[1].Trim() : text;

        // A second pair without an "Example" line between: only the first counts.
        return new Instance(LeadingInput().Replace(input, "").Trim(), Input().Split(output)[0].Trim());
    }

    static Instance ParseLabelAndInput(string block)
    {
        var lines = block.Trim().Split('\n', 2);
        return new Instance(lines.Length > 1 ? LeadingInput().Replace(lines[1].Trim(), "").Trim() : "", lines[0].Trim());
    }

    [GeneratedRegex(@"Example\s?\d*\.?")]
    private static partial Regex Example();

    [GeneratedRegex(@"Output\s*\d*\s*:")]
    private static partial Regex Output();

    [GeneratedRegex(@"Input\s*\d*\s*:")]
    private static partial Regex Input();

    [GeneratedRegex(@"^Input\s*\d*\s*:")]
    private static partial Regex LeadingInput();
}
