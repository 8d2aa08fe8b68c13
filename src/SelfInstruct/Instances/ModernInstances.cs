using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Answers;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>Instances in the answers of chat models: marked lines in any Markdown, or JSON, and what is wrong with some.</summary>
public static partial class ModernInstances
{
    public static ImmutableArray<InstanceRule> Rules { get; } =
    [
        new("empty", static (instance, _) => AnswerFaults.IsEmpty(instance.Output)),
        new("refusal", static (instance, _) => AnswerFaults.IsRefusal(instance.Output)),
        new("mentions_ai", static (instance, _) => AnswerFaults.MentionsAI(instance.Output)),
        new("cut_off", static (instance, _) => AnswerFaults.IsCutOff(instance.Output)),
        new("repeated_text", static (instance, context) => IsRepeated(instance, context)),
        new("prompt_echo", static (instance, context) => context.IsEchoedBy(instance.Input) || context.IsEchoedBy(instance.Output)),
        new("wrong_language", static (instance, context) => IsInOtherLanguage(instance, context)),
        .. InstanceRules.Paper.Where(static rule => rule.Name is "output_equals_input" or "ends_with_colon"),
    ];

    /// <summary>An answer without any marker is one output to no input.</summary>
    public static ImmutableArray<Instance> ParseInputFirst(string text)
    {
        text = AnswerText.Unfence(text);
        var items = ReadJson(text);
        if (items is not [])
        {
            return items;
        }

        var sections = ReadSections(text);
        return sections.Any(static section => section.Marker is "input" or "output") ? [.. Pair(sections, opener: "input")]
            : text.Length > 0 ? [new Instance("", text)]
            : [];
    }

    /// <summary>The label, then the input it fits. Empty without a label.</summary>
    public static ImmutableArray<Instance> ParseOutputFirst(string text)
    {
        text = AnswerText.Unfence(text);
        var items = ReadJson(text);
        return items is not [] ? items : [.. Pair(ReadSections(text), opener: "output")];
    }

    static ImmutableArray<Instance> ReadJson(string text) =>
    [
        .. from item in JsonAnswer.ReadItems(text)
           let output = JsonAnswer.FindText(item, "output", "class_label", "class label", "label", "answer", "response")
           where output is not null
           select Tidy(JsonAnswer.FindText(item, "input") ?? "", output),
    ];

    /// <summary>Text by the marker before it, in order; what is before the first is said to the reader.</summary>
    static List<(string Marker, string Text)> ReadSections(string text)
    {
        List<(string Marker, string Text)> sections = [];
        foreach (var line in text.Split('\n'))
        {
            if (ExampleLine().IsMatch(line))
            {
                sections.Add(("example", ""));
            }
            else if (MarkedLine().Match(line) is { Success: true } marked)
            {
                var marker = marked.Groups["marker"].Value.StartsWith("input", StringComparison.OrdinalIgnoreCase) ? "input" : "output";
                sections.Add((marker, marked.Groups["rest"].Value));
            }
            else if (sections is [.., var (marker, before)])
            {
                sections[^1] = (marker, before + "\n" + line);
            }
        }

        return sections;
    }

    /// <summary>A section of the opener's kind, an example line, or a second section of either kind begins the next instance.</summary>
    static IEnumerable<Instance> Pair(List<(string Marker, string Text)> sections, string opener)
    {
        string? input = null;
        string? output = null;
        foreach (var (marker, text) in sections.Append(("example", "")))
        {
            var isTaken = marker == "input" ? input is not null : output is not null;
            if (marker == "example" || marker == opener || isTaken)
            {
                if (output is not null)
                {
                    yield return Tidy(input ?? "", output);
                }

                (input, output) = (null, null);
            }

            (input, output) = marker switch { "input" => (text, output), "output" => (input, text), _ => (input, output) };
        }
    }

    static Instance Tidy(string input, string output)
    {
        var tidied = TidyText(input);
        return new Instance(NoInput().IsMatch(tidied) ? "" : tidied, TidyText(output));
    }

    static string TidyText(string text) => AnswerText.StripEmphasis(AnswerText.Unfence(Rule().Replace(text.Trim(), "")));

    static bool IsRepeated(Instance instance, AnswerContext context) =>
        AnswerFaults.IsRepeated(instance.Output) && !AnswerFaults.IsRepeated(instance.Input)
        && !context.Instruction.Contains("repeat", StringComparison.OrdinalIgnoreCase);

    static bool IsInOtherLanguage(Instance instance, AnswerContext context) =>
        AnswerFaults.IsInOtherScript(instance.Output, context.Script)
        && !AnswerFaults.NamesLanguage(context.Instruction) && !AnswerFaults.NamesLanguage(instance.Input)
        && !AnswerFaults.LooksLikeCode(instance.Output);

    [GeneratedRegex(@"^ {0,3}(?:#{1,4} +)?(?:[-*] +)?[*_]{0,3}(?:Example|Instance) *#?\d*[*_]{0,3} *[.:]?[*_]{0,3} *$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"^ {0,3}(?:#{1,4} +)?(?:[-*] +)?[*_]{0,3}(?<marker>Input|Output|Class label) *#?\d*[*_]{0,3} *:[*_]{0,3} *(?<rest>.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MarkedLine();

    [GeneratedRegex(@"^[<(\[]?\s*(?:no ?input|none|n/a|empty)\s*[.>)\]]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoInput();

    [GeneratedRegex(@"\n+ *(?:-{3,}|\*{3,}|_{3,})\s*\z")]
    private static partial Regex Rule();
}
