using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>What every command shares: `--json`, one line per error, exit codes.</summary>
static class CommandRun
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object as the last line of stdout." };

    /// <summary>Runs the body; its object is what `--json` prints, with the time and memory it took.</summary>
    /// <param name="command">Gets `--json`, too.</param>
    /// <param name="body">What the command does.</param>
    /// <param name="name">In the object, where it is not the command's own.</param>
    public static void SetBody(this Command command, Func<ParseResult, CancellationToken, Task<CommandResult>> body, string? name = null)
    {
        command.Options.Add(Json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var clock = Stopwatch.StartNew();

            // A body that never awaits must not hold up the handling of Ctrl-C.
            await Task.Yield();
            try
            {
                var result = await body(parsed, cancellationToken).ConfigureAwait(false);
                if (result.Error is not null)
                {
                    Console.Error.WriteLine(result.Error);
                }

                if (parsed.GetValue(Json))
                {
                    Console.WriteLine(WithCosts(name ?? command.Name, result.Json, clock.Elapsed).ToJsonString(TaskJson.CreateOptions()));
                }

                return result.Code;
            }
            catch (Exception e) when (Explain(e) is var (code, message))
            {
                Console.Error.WriteLine(message);
                return code;
            }
        });
    }

    static JsonObject WithCosts(string command, JsonObject result, TimeSpan elapsed)
    {
        using var process = Process.GetCurrentProcess();
        var complete = new JsonObject
        {
            ["command"] = command,
            ["elapsed_seconds"] = Math.Round(elapsed.TotalSeconds, 3),
            ["cpu_seconds"] = Math.Round(process.TotalProcessorTime.TotalSeconds, 3),
            ["peak_rss_bytes"] = process.PeakWorkingSet64,
        };
        foreach (var (name, value) in result)
        {
            complete[name] = value?.DeepClone();
        }

        return complete;
    }

    /// <summary>Null for a defect of ours, which is shown with its stack.</summary>
    public static (int Code, string Message)? Explain(Exception e) => e switch
    {
        OperationCanceledException => (ExitCode.Stopped, "Stopped. What was finished is saved."),
        Runs.BudgetSpentException => (ExitCode.Stopped, e.Message),
        ModelException or Instructions.ModelRanDryException => (ExitCode.Failed, e.Message),
        InvalidDataException or Prompts.PromptTooLongException => (ExitCode.BadInput, e.Message),
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException => (ExitCode.BadInput, e.Message),
        IOException => (ExitCode.Failed, $"{e.Message} What was saved before is whole; free space or mend the path, then run the same command again."),
        JsonException => (ExitCode.BadInput, e.Message),
        _ => null,
    };
}
