using System.Diagnostics;
using System.Text.RegularExpressions;
using SelfInstruct.Cli.Commands;

namespace SelfInstruct.Tests.Deployment;

/// <summary>deploy/slurm/selfinstruct.sbatch against what sbatch documents, and against the command line.</summary>
public sealed partial class SlurmScriptTests
{
    // Long options of sbatch 22.05 that a script of this kind may want.
    static readonly HashSet<string> Documented =
    [
        "account", "array", "chdir", "constraint", "cpus-per-task", "dependency", "error", "exclude", "export", "gpus", "gres", "job-name", "mail-type", "mail-user",
        "mem", "mem-per-cpu", "nodelist", "nodes", "ntasks", "ntasks-per-node", "open-mode", "output", "partition", "qos", "requeue", "signal", "time", "tmp",
    ];

    static readonly string Script = Repository.In("deploy", "slurm", "selfinstruct.sbatch");

    static readonly string[] Lines = File.ReadAllLines(Script);

    [Fact(Timeout = 60_000)]
    public async Task Bash_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", Script]) { RedirectStandardError = true, UseShellExecute = false })!;
        var errors = await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (bash.ExitCode, errors));
    }

    [Fact]
    public void Its_directives_are_options_of_sbatch_and_come_before_any_command()
    {
        var directives = Lines.Select(static line => Directive().Match(line)).Where(static match => match.Success).Select(static match => match.Groups["option"].Value).ToList();
        Assert.Equal(Lines.Count(static line => line.StartsWith("#SBATCH", StringComparison.Ordinal)), directives.Count);
        Assert.Subset(Documented, directives.ToHashSet());
        Assert.Superset(new HashSet<string> { "array", "signal", "requeue" }, directives.ToHashSet());
        Assert.DoesNotContain(Lines.SkipWhile(static line => line.StartsWith('#')), static line => line.StartsWith("#SBATCH", StringComparison.Ordinal));
    }

    [Fact]
    public void It_uses_options_that_the_commands_have()
    {
        var known = new Dictionary<string, HashSet<string>>
        {
            ["run"] = [.. RunCommands.Create("run").Options.Select(static option => option.Name)],
            ["worker"] = [.. StoreCommands.CreateWorker().Options.Select(static option => option.Name)],
        };
        var calls = Lines.Select(static line => Call().Match(line)).Where(static match => match.Success).ToList();
        Assert.Equal(known.Keys, calls.Select(static call => call.Groups["command"].Value));
        Assert.All(calls, call => Assert.Subset(known[call.Groups["command"].Value], Option().Matches(call.Groups["rest"].Value).Select(static match => match.Value).ToHashSet()));
    }

    [GeneratedRegex("^#SBATCH --(?<option>[a-z-]+)(=\\S+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Directive();

    [GeneratedRegex("^\\s*(exec )?srun selfinstruct (?<command>[a-z]+)(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    [GeneratedRegex("(?<= )--[a-z-]+")]
    private static partial Regex Option();
}
