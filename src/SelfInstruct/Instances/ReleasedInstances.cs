using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Python;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>Instances as the published code reads them (prepare_for_finetuning.py): the markers are looked for anywhere, inside words too.</summary>
public static partial class ReleasedInstances
{
    const string ClassLabel = "Class label:";
    const string MarkerNumber = PythonText.WhiteSpace + "*" + PythonText.Digit + "*" + PythonText.WhiteSpace + "*:";

    /// <summary>"Example n" blocks, or one block that has an "Output:". Empty when there is neither.</summary>
    public static ImmutableArray<Instance> ParseInputFirst(string text)
    {
        text = PythonText.Strip(text);
        return Example().IsMatch(text)
            ? [.. Example().Split(text).Select(PythonText.Strip).Where(static block => block.Length > 0).Select(ParseInputAndOutput)]
            : Output().IsMatch(text) ? [ParseInputAndOutput(text)]
            : [];
    }

    /// <summary>What follows each "Class label:", the label on its first line. Empty when there is none.</summary>
    public static ImmutableArray<Instance> ParseOutputFirst(string text) =>
    [
        .. text.Split(ClassLabel).Skip(1).Select(static block => PythonText.Strip(block).Split('\n', 2))
            .Select(static lines => new Instance(lines.Length > 1 ? PythonText.Strip(lines[1]) : "", PythonText.Strip(lines[0]))),
    ];

    /// <summary>Of several outputs the first; without any, the whole text is one.</summary>
    public static Instance ParseInputAndOutput(string text)
    {
        var parts = Output().Split(text);
        var input = parts.Length > 1 ? PythonText.Strip(parts[0]) : "";
        var output = PythonText.Strip(parts.Length > 1 ? parts[1] : text);
        return new Instance(PythonText.Strip(LeadingInput().Replace(input, "")), PythonText.Strip(Input().Split(output)[0]));
    }

    [GeneratedRegex("Example" + PythonText.WhiteSpace + "?" + PythonText.Digit + @"*\.?")]
    private static partial Regex Example();

    [GeneratedRegex("Output" + MarkerNumber)]
    private static partial Regex Output();

    [GeneratedRegex("Input" + MarkerNumber)]
    private static partial Regex Input();

    [GeneratedRegex("^Input" + MarkerNumber)]
    private static partial Regex LeadingInput();
}
