using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`doctor`: what works here, in plain sentences.</summary>
static class DoctorCommand
{
    static readonly Option<string> Model = new("--model") { Description = $"Ask this model one question: {ModelSelection.Known}.", DefaultValueFactory = static _ => "starter" };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of the model's server; else OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or ANTHROPIC_BASE_URL." };
    static readonly Option<int?> ContextLength = new("--context-length") { Description = "Tokens of context that a run would be given; compared with what the server tells. Default: 8192." };
    static readonly Option<string> Out = new("--out") { Description = "Folder that a run would write to.", DefaultValueFactory = static _ => "runs" };

    public static Command Create()
    {
        var command = new Command("doctor", "Checks machine, files and model, and says what works.") { Model, Endpoint, ContextLength, Out };
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        List<Check> checks =
        [
            new("machine", true, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, vectors of {VectorBits()} bits."),
            CheckSeeds(),
            CheckFolder(parsed.GetValue(Out)!),
            .. await new ModelExamination(ReadSelection(parsed)).RunAsync(TimeProvider.System, cancellationToken).ConfigureAwait(false),
        ];
        foreach (var check in checks)
        {
            Console.WriteLine($"{(check.Ok ? "ok  " : "FAIL")}  {check.Name}: {check.Detail}");
        }

        var json = new JsonObject
        {
            ["checks"] = new JsonArray([.. checks.Select(static check => new JsonObject { ["name"] = check.Name, ["ok"] = check.Ok, ["detail"] = check.Detail })]),
        };
        return new CommandResult(json, checks.TrueForAll(static check => check.Ok) ? ExitCode.Done : ExitCode.Failed);
    }

    static ModelSelection ReadSelection(ParseResult parsed)
    {
        var defaults = new SelfInstructOptions();
        var options = defaults with
        {
            Model = parsed.GetValue(Model)!,
            Endpoint = parsed.GetValue(Endpoint),
            ContextLength = parsed.GetValue(ContextLength) ?? defaults.ContextLength,
        };
        return new ModelSelection(options, null) { Retries = 1 };
    }

    static int VectorBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    static Check CheckSeeds()
    {
        try
        {
            return new Check("seed tasks", true, $"{SeedTasks.Load(ProductFiles.SeedTasks).Length} seed tasks are in place.");
        }
        catch (InvalidDataException e)
        {
            return new Check("seed tasks", false, e.Message);
        }
    }

    static Check CheckFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new Check("folder", true, $"{folder} can be written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Check("folder", false, $"{folder} cannot be written: {e.Message} Give --out another folder.");
        }
    }
}
