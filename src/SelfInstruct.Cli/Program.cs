using System.CommandLine;
using System.CommandLine.Help;
using SelfInstruct.Cli;
using SelfInstruct.Cli.Commands;

// Not a RootCommand: that one takes its name from the file, and the tool is called selfinstruct.
var root = new Command("selfinstruct", "Self-Instruct: a language model writes its own instruction-tuning data.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
    RunCommands.Create("run"),
    RunCommands.Create("generate"),
    RunCommands.Create("classify"),
    RunCommands.Create("instances"),
    RunCommands.Create("prepare"),
    StoreCommands.CreateWorker(),
    StoreCommands.CreateFollow(),
    StoreCommands.CreatePromote(),
    ExplainCommand.Create(),
    ImportCommand.Create(),
    AnalyzeCommand.Create(),
    SelectCommand.Create(),
    LintCommand.Create(),
    ExportCommand.Create(),
    JudgeCommand.Create(),
    RelabelCommand.Create(),
    EvolveCommand.Create(),
    DedupeCommand.Create(),
    ScoreCommand.Create(),
    EvaluateCommand.Create(),
    FinetuneCommand.Create(),
    PretrainCommand.Create(),
    ExperimentCommand.Create(),
    ServeCommand.Create(),
    ReviewCommand.Create(),
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

using var telemetry = TelemetryExport.StartIfAsked();

// Long enough for the calls in flight to be answered and recorded.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
