using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Answers;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instances;

/// <summary>Instances of one instruction that the dataset takes, and what was left out.</summary>
public sealed record SelectedInstances(ImmutableArray<GeneratedInstance> Kept, ImmutableArray<Rejection> Rejected);

/// <summary>From a completion to instances: parse, filter, and draw a few (published code: prepare_for_finetuning).</summary>
/// <param name="options">How completions are read, and how many instances are kept.</param>
/// <param name="randomness">Draws those that are.</param>
/// <param name="context">What instances are judged against, for all instructions.</param>
public sealed class InstanceSelection(InstanceOptions options, Randomness randomness, AnswerContext context)
{
    const string Stage = "instances";

    /// <param name="place">Of the instruction in the pool; decides the draw.</param>
    /// <param name="line">Ours or the original's.</param>
    /// <param name="isClassification">Parsed label first if so.</param>
    public SelectedInstances Select(int place, MachineInstances line, bool isClassification)
    {
        var text = line.RawInstances ?? "";
        var parsed = isClassification ? options.Reading.ParseOutputFirst(text) : options.Reading.ParseInputFirst(text);
        var finishReason = FindFinishReason(line.InstanceMetadata);
        if (parsed.IsEmpty)
        {
            return new SelectedInstances([], [Reject(line, text, finishReason == Completion.ContentFilter ? Completion.ContentFilter : "no_instance_found")]);
        }

        var (kept, rejected) = InstanceRules.Filter(
            parsed, Completion.EndsEarly(finishReason), [.. options.Reading.Rules, .. options.OwnRules], context with { Instruction = line.Instruction });
        var drawn = randomness.At("draw", 0, place).Draw(kept, options.MaxPerInstruction);
        var taken = randomness.Sequence is null ? kept.Where(drawn.Contains) : drawn;
        var instructionId = line.Id ?? $"instruction_{place}";
        return new SelectedInstances(
            [.. taken.Select((instance, i) => new GeneratedInstance(
                options.Reading.Strip(line.Instruction), instance.Input, instance.Output, $"{instructionId}.{i}", instructionId, isClassification))],
            [.. rejected.Select(rejection => Reject(line, Show(rejection.Instance), rejection.Rule)),
             .. kept.Where(instance => !drawn.Contains(instance)).Select(instance => Reject(line, Show(instance), "beyond_max_per_instruction"))]);
    }

    static Rejection Reject(MachineInstances line, string text, string rule) =>
        new(Stage, $"{line.Instruction}\n{text}", rule, null, null, Readable(() => FindText(line.InstanceMetadata, "completion")), 0);

    static string Show(Instance instance) => $"Input: {instance.Input}\nOutput: {instance.Output}";

    /// <summary>Ours at the top, the original's where the provider put it: response.choices[0].</summary>
    static string? FindFinishReason(JsonElement? metadata) => Readable(() =>
        FindText(metadata, "finish_reason")
        ?? (metadata is { ValueKind: JsonValueKind.Object } own
            && own.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object
            && response.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
                ? FindText(choices[0], "finish_reason")
                : null));

    static string? Readable(Func<string?> find)
    {
        try
        {
            return find();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: metadata of other programs is of use only where it can be read.
            return null;
        }
    }

    static string? FindText(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
