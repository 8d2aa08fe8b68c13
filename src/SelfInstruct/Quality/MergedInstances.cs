using System.Buffers;
using System.Text.RegularExpressions;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>A model that did not stop goes on with the next instance or task, under the markers of its prompt.</summary>
static partial class MergedInstances
{
    const string Reason = "another instance begins";

    /// <summary>Every marker holds one; quick to look for.</summary>
    static readonly SearchValues<string> Signs = SearchValues.Create(["Input", "Output", "Task", "Instruction", "Response"], StringComparison.Ordinal);

    public static QualityFault? Find(TrainingExample row, QualityContext context) =>
        !(row.Output.AsSpan().ContainsAny(Signs) || row.Input.AsSpan().ContainsAny(Signs)) || AsksForMarkers(row) ? null
        : Marker().Match(row.Output) is { Success: true } inside ? Fault("output", inside)
        : row.Input.Length > 0 && LeakedOutput().Match(row.Input) is { Success: true } leaked ? Fault("input", leaked)
        : null;

    /// <summary>The output before an instance that follows a blank line; null where that is not certain.</summary>
    public static string? Cut(TrainingExample row) =>
        !AsksForMarkers(row) && Marker().Match(row.Output) is { Success: true } marker
        && row.Output[..marker.Index] is var before && BlankEnd().IsMatch(before) && !string.IsNullOrWhiteSpace(before)
            ? before.TrimEnd()
            : null;

    static QualityFault Fault(string field, Match match) => new(field, match.Index, match.Length, Reason);

    /// <summary>Markers are wanted where the instruction speaks of them.</summary>
    static bool AsksForMarkers(TrainingExample row) => Wanted().IsMatch(row.Instruction);

    /// <summary>"Input:" with an "Output:" after it, "Example 2" over either of them, "### Instruction:" and its kind; each on a line of its own.</summary>
    [GeneratedRegex(
        @"^(?:Input *:.*\n(?:(?!Input *:).*\n){0,20}?Output *:|(?:Example|Instance|Task) *#?\d+ *[.:]? *\n+ *(?:Instruction|Input|Output|Task) *:|#{2,3} *(?:Instruction|Response) *:|Task *:.*\n(?:.*\n){0,3}?(?:Input|Output) *:)",
        RegexOptions.Multiline)]
    private static partial Regex Marker();

    [GeneratedRegex(@"^(?:Output *:|#{2,3} *Response *:)", RegexOptions.Multiline)]
    private static partial Regex LeakedOutput();

    [GeneratedRegex(@"\b(?:examples?|instances?|inputs?|outputs?|templates?|formats?|tasks|prompts?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Wanted();

    [GeneratedRegex(@"\n[ \t]*\n\s*\z")]
    private static partial Regex BlankEnd();
}
