using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`doctor`: what works here, in plain sentences.</summary>
static class DoctorCommand
{
    static readonly Option<string> Model = new("--model") { Description = $"Ask this model one question: {ModelSelection.Known}.", DefaultValueFactory = static _ => "starter" };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of an OpenAI-compatible server." };
    static readonly Option<string> Out = new("--out") { Description = "Folder that a run would write to.", DefaultValueFactory = static _ => "runs" };

    public static Command Create()
    {
        var command = new Command("doctor", "Checks machine, files and model, and says what works.") { Model, Endpoint, Out };
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
            await CheckModelAsync(
                new ModelSelection(new SelfInstructOptions { Model = parsed.GetValue(Model)!, Endpoint = parsed.GetValue(Endpoint) }, null) { Retries = 1 },
                cancellationToken).ConfigureAwait(false),
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

    static async Task<Check> CheckModelAsync(ModelSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            var model = selection.Open(0, TimeProvider.System);
            using var opened = model as IDisposable;
            var prompt = PromptTemplate.Load("instructions", null).Header + "\n1. Name a color.\n2.";
            var completion = await model.CompleteAsync(
                new CompletionRequest(prompt, new Sampling(0, 1, 0, 0, 16, ["\n"], 1)), cancellationToken).ConfigureAwait(false);
            return new Check("model", true, $"{model.Id} (context {model.ContextLength:N0} tokens) answers a short list with \"{completion.Text.Trim()}\".");
        }
        catch (Exception e) when (e is ModelException or InvalidDataException)
        {
            return new Check("model", false, e.Message);
        }
    }

    sealed record Check(string Name, bool Ok, string Detail);
}
