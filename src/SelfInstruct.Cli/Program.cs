using System.CommandLine;
using SelfInstruct.Cli;
using SelfInstruct.Cli.Commands;

var root = new RootCommand("Self-Instruct: a language model writes its own instruction-tuning data.")
{
    RunCommands.Create("run"),
    RunCommands.Create("generate"),
    RunCommands.Create("classify"),
    RunCommands.Create("instances"),
    RunCommands.Create("prepare"),
    DedupeCommand.Create(),
    PretrainCommand.Create(),
    DoctorCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    Console.Error.WriteLine("See --help.");
    return ExitCode.BadInput;
}

// Long enough to finish the commit under way; a second Ctrl-C ends at once.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
