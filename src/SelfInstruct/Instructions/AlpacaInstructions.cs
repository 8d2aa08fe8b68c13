using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SelfInstruct.Models;
using SelfInstruct.Python;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>Whole tasks in one completion, as Stanford Alpaca has them (generate_instruction.py at 4187a25).</summary>
public static partial class AlpacaInstructions
{
    const string Separator = "###";
    const string NoInput = "<noinput>";

    static readonly string[] FurtherModality = ["video", "audio", "music", "flowchart", "diagram"];

    /// <summary>In the code's order; its blacklist is the published code's and five words more.</summary>
    public static ImmutableArray<InstructionRule> Rules { get; } =
    [
        new("cut_off", static (candidate, _) => candidate.CutOff),
        new("incomplete_task", static (candidate, _) => candidate.Instance is null),
        .. ReleasedInstructions.Rules.Where(static rule => rule.Name is "too_short" or "too_long"),
        new("needs_other_modality", static (candidate, options) => options.RejectModalities && NeedsOtherModality(candidate.Text)),
        .. ReleasedInstructions.Rules.Where(static rule => rule.Name is "asks_for_program" or "starts_with_punctuation" or "starts_with_non_ascii"),
    ];

    /// <summary>Numbered blocks of instruction, input and output; ends with the next instruction's number.</summary>
    /// <param name="header">The first lines.</param>
    /// <param name="demonstrations">Instructions, in the order in which they are numbered.</param>
    /// <param name="instances">One of each.</param>
    public static string Render(string header, ImmutableArray<string> demonstrations, IReadOnlyDictionary<string, Instance> instances)
    {
        var prompt = new StringBuilder(header).Append('\n');
        foreach (var (i, instruction) in demonstrations.Index())
        {
            var (input, output) = instances[instruction];
            prompt.Append(CultureInfo.InvariantCulture, $"{Separator}\n{i + 1}. Instruction: {ReleasedInstructions.ToListItem(instruction)}\n")
                .Append(CultureInfo.InvariantCulture, $"{i + 1}. Input:\n{(input.Length == 0 ? NoInput : input)}\n")
                .Append(CultureInfo.InvariantCulture, $"{i + 1}. Output:\n{output}\n");
        }

        return prompt.Append(CultureInfo.InvariantCulture, $"{Separator}\n{demonstrations.Length + 1}. Instruction:").ToString();
    }

    /// <summary>The first block goes on where the prompt ends. A block without all three parts, each once, is no task; the last may be cut off.</summary>
    public static IEnumerable<CandidateInstruction> Parse(Completion completion)
    {
        var blocks = completion.Text.Split(Separator);
        for (var i = 0; i < blocks.Length; i++)
        {
            var candidate = ParseBlock(i == 0 ? "1. Instruction:" + RepeatedMarker().Replace(blocks[0], "") : blocks[i]);
            if (candidate.Text.Length > 0)
            {
                yield return candidate with { CutOff = i == blocks.Length - 1 && completion.IsCutOff };
            }
        }
    }

    static CandidateInstruction ParseBlock(string block)
    {
        var parts = Marker().Split(block);
        if (parts is not [_, "Instruction", var instruction, "Input", var input, "Output", var output] || PythonText.Strip(instruction) is "")
        {
            return new CandidateInstruction(PythonText.Strip(block), CutOff: false);
        }

        input = PythonText.Strip(input);
        return new CandidateInstruction(PythonText.Strip(instruction), CutOff: false)
        {
            Instance = new Instance(input.Equals(NoInput, StringComparison.OrdinalIgnoreCase) ? "" : input, PythonText.Strip(output)),
        };
    }

    static bool NeedsOtherModality(string text) =>
        ReleasedInstructions.FindOtherModality(text).Any() || FurtherModality.Any(word => PythonText.ContainsWord(text, word));

    [GeneratedRegex(@"[0-9]+\.\s+(Instruction|Input|Output):")]
    private static partial Regex Marker();

    [GeneratedRegex(@"^\s*(?:[0-9]+\.\s+)?Instruction:")]
    private static partial Regex RepeatedMarker();
}
