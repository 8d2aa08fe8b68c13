using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`explain`: from a row back to the prompt it came from.</summary>
static class ExplainCommand
{
    static readonly Argument<string> Folder = new("DIR") { Description = "A run folder." };
    static readonly Argument<string> Id = new("ID") { Description = "Of an instance (instruction_7.0) or an instruction (instruction_7), the key of a completion, or FILE:LINE of a fine-tuning file (finetuning/alpaca.jsonl:17)." };

    public static Command Create()
    {
        var command = new Command("explain", "Where a row came from: instance, instruction, completion, prompt, round, model.") { Folder, Id };
        command.SetBody(RunAsync);
        return command;
    }

    static Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var folder = RunFolder.Look(parsed.GetValue(Folder)!);
        var found = Provenance.Find(folder, parsed.GetValue(Id)!);
        Console.WriteLine(found.Id);
        if (found.Row is { } row)
        {
            Show("row", found.SeedTask ? "from a seed task, written by people" : "generated", $"Instruction: {row.Instruction}\nInput: {row.Input}\nOutput: {row.Output}");
        }

        if (found.Instance is { } instance)
        {
            Show("instance", instance.Id!, $"Input: {instance.Input}\nOutput: {instance.Output}");
        }

        Show("completion", found.Completion);
        Show("completion with the instance", found.InstanceCompletion);
        if (found.Classification is { } answer)
        {
            Show("classification task?", "in the model's words", answer.IsClassification ?? "(not asked: the instance came with the instruction)");
        }

        if (found.Instruction is { } instruction)
        {
            Show("instruction", $"{instruction.Id}, round {instruction.Round}, request {instruction.RequestIdx}{DescribeNearest(instruction)}", instruction.Instruction);
        }

        Show("completion with the instruction", found.InstructionCompletion);
        return Task.FromResult(new CommandResult(ToJson(found)));
    }

    static string DescribeNearest(MachineInstruction instruction) => instruction.MostSimilar?.FirstOrDefault() is { Key: { } text } nearest
        ? string.Create(CultureInfo.InvariantCulture, $", nearest {nearest.Value:0.000} \"{text}\"")
        : "";

    static void Show(string what, RecordedCompletion? completion)
    {
        if (completion is { } c)
        {
            Show(what, string.Create(CultureInfo.InvariantCulture, $"{c.Key}, {c.Stage}, round {c.Round}, slot {c.Slot}, {c.Model}, {c.At:yyyy-MM-dd HH:mm:ss} UTC, finished by {c.FinishReason}, {c.Usage.PromptTokens} + {c.Usage.CompletionTokens} tokens"), $"{c.Prompt}\n>>>\n{c.Text}");
        }
    }

    /// <summary>What a model wrote may hold control characters; a terminal must not obey them.</summary>
    static void Show(string what, string about, string text)
    {
        Console.WriteLine($"\n{what}: {TerminalText.Harmless(about)}");
        foreach (var line in TerminalText.Harmless(text).Split('\n'))
        {
            Console.WriteLine("  | " + line);
        }
    }

    static JsonObject ToJson(Provenance found) => new()
    {
        ["id"] = found.Id,
        ["seed_task"] = found.SeedTask,
        ["instance"] = Node(found.Instance, TaskJson.Format.GeneratedInstance),
        ["instance_completion"] = Node(found.InstanceCompletion, RunJson.Format.RecordedCompletion),
        ["classification"] = Node(found.Classification, TaskJson.Format.ClassificationAnswer),
        ["instruction"] = Node(found.Instruction, TaskJson.Format.MachineInstruction),
        ["instruction_completion"] = Node(found.InstructionCompletion, RunJson.Format.RecordedCompletion),
        ["completion"] = Node(found.Completion, RunJson.Format.RecordedCompletion),
    };

    static JsonNode? Node<T>(T? value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => value is null ? null : JsonSerializer.SerializeToNode(value, type);
}
