using System.Diagnostics;
using System.Text.Json;

namespace SelfInstruct.IntegrationTests;

/// <summary>The tool as a user runs it: a process with arguments, an exit code and two streams.</summary>
sealed record CommandLine(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line of stdout, which `--json` promises to be an object.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    public static Task<CommandLine> RunAsync(params string[] arguments) => RunWithKeyAsync(null, arguments);

    /// <param name="key">OPENAI_API_KEY, AZURE_OPENAI_API_KEY and ANTHROPIC_API_KEY of the process; null: none.</param>
    /// <param name="arguments">As typed.</param>
    public static Task<CommandLine> RunWithKeyAsync(string? key, params string[] arguments) => RunAsync(Prepare(key, arguments));

    public static async Task<CommandLine> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandLine(process.ExitCode, await output, await errors);
    }

    /// <summary>kill -9 as soon as the file has so many lines; the process must still be at work then.</summary>
    public static async Task KillAfterLinesAsync(Process process, string path, int lines)
    {
        while (!File.Exists(path) || CountLines(path) < lines)
        {
            Assert.False(process.HasExited, "The run ended before it could be killed.");
            await Task.Delay(5);
        }

        process.Kill();
        await process.WaitForExitAsync();
    }

    static int CountLines(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Count(static c => c == '\n');
    }

    public static Process Start(string? key, params string[] arguments) => Process.Start(Prepare(key, arguments))!;

    public static ProcessStartInfo Prepare(string? key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SelfInstruct.Cli.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in new[] { "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY" })
        {
            start.Environment[variable] = key;
        }

        foreach (var variable in new[] { "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT", "ANTHROPIC_BASE_URL" })
        {
            start.Environment.Remove(variable);
        }

        return start;
    }
}
