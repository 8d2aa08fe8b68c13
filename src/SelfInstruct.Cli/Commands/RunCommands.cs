using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Cli.Commands;

/// <summary>`run`, and its four steps alone: generate, classify, instances, prepare.</summary>
static class RunCommands
{
    public const string DefaultFolder = "runs/quickstart";

    static readonly Option<string> Out = new("--out") { Description = "The run folder; continued when it exists.", DefaultValueFactory = static _ => DefaultFolder };
    static readonly Option<string?> Config = new("--config") { Description = "YAML file of settings; paths in it are relative to it." };
    static readonly Option<string?> Seeds = new("--seed-tasks") { Description = "Seed tasks, JSON lines in the original's schema." };
    static readonly Option<string?> Model = new("--model") { Description = $"Which model answers: {ModelSelection.Known}. Default: starter." };
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of an OpenAI-compatible server, version included; else OPENAI_BASE_URL." };
    static readonly Option<string?> Profile = new("--profile") { Description = $"Set of defaults: {string.Join(", ", Profiles.Names)}. Default: paper." };
    static readonly Option<int?> Instructions = new("--instructions") { Description = "Instructions to accept. Default: 100." };
    static readonly Option<long?> Seed = new("--seed") { Description = "The same seed and answers give the same files. Default: 42." };
    static readonly Option<double?> MaxCost = new("--max-cost") { Description = "US dollars after which to stop; needs prompt_price and completion_price." };
    static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Calls in flight at once to a server. Default: 8." };
    static readonly Option<int?> ContextLength = new("--context-length") { Description = "Tokens of the context of a server's model. Default: 8192." };
    static readonly Option<string[]> Set = new("--set") { Description = "Any setting, as name=value; may be repeated." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the settings and the first prompts; ask no model." };
    static readonly Option<string?> InstancesFile = new("--instances") { Description = "Raw instances of another run, or of the original." };
    static readonly Option<string?> ClassificationFile = new("--classification") { Description = "The is_clf_or_not file that belongs to --instances." };

    public static Command Create(string name)
    {
        var command = new Command(name, About(name))
        {
            Out, Config, Seeds, Model, Endpoint, Profile, Instructions, Seed, MaxCost, Concurrency, ContextLength, Set,
        };
        if (name == "run")
        {
            command.Options.Add(DryRun);
        }

        if (name == "prepare")
        {
            command.Options.Add(InstancesFile);
            command.Options.Add(ClassificationFile);
        }

        command.SetBody((parsed, cancellationToken) => RunAsync(name, parsed, cancellationToken));
        return command;
    }

    static string About(string name) => name switch
    {
        "run" => "Self-Instruct from seed tasks to fine-tuning files. Without options: the built-in model, 100 instructions, runs/quickstart.",
        "generate" => "Step 1: new instructions.",
        "classify" => "Step 2: which instructions are classification tasks.",
        "instances" => "Step 3: instances of each instruction.",
        _ => "Step 4: parse, filter and encode the instances into fine-tuning files.",
    };

    static async Task<JsonObject> RunAsync(string step, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = ReadOptions(parsed);
        if (parsed.GetValue(DryRun))
        {
            return DryRunReport.Show(options, SelectModel(options, parsed), TimeProvider.System);
        }

        using var session = RunSession.Open(parsed.GetValue(Out)!, options, SelectModel(options, parsed), TimeProvider.System);
        if (session.IsComplete && step == "run")
        {
            RunReport.Show(session.State, session.Folder, "This run is complete; nothing was left to do. --instructions N continues it.");
            return RunReport.ToJson(session.State, session.Folder);
        }

        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var state = await session.RunAsync(
            (pipeline, token) => RunStepAsync(step, pipeline, session.Folder, parsed, token),
            progress,
            cancellationToken).ConfigureAwait(false);
        RunReport.Show(state, session.Folder, null);
        return RunReport.ToJson(state, session.Folder);
    }

    static async Task<RunCounts> RunStepAsync(
        string step, SelfInstructPipeline pipeline, RunFolder folder, ParseResult parsed, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case "run":
                return await pipeline.RunAsync(cancellationToken).ConfigureAwait(false);
            case "generate":
                await pipeline.GenerateInstructionsAsync(cancellationToken).ConfigureAwait(false);
                break;
            case "classify":
                await pipeline.IdentifyClassificationAsync(cancellationToken).ConfigureAwait(false);
                break;
            case "instances":
                await pipeline.GenerateInstancesAsync(cancellationToken).ConfigureAwait(false);
                break;
            default:
                return pipeline.PrepareDataset(
                    parsed.GetValue(InstancesFile) ?? folder.RawInstances, parsed.GetValue(ClassificationFile) ?? folder.Classification);
        }

        return pipeline.Count();
    }

    /// <summary>The profile at the bottom, then the model's own defaults, the configuration file, the command line.</summary>
    static SelfInstructOptions ReadOptions(ParseResult parsed)
    {
        var named = LayOver(new SelfInstructOptions(), parsed);
        var defaults = Profiles.Named(named.Profile);
        defaults = named.Model == "starter" ? SelfInstructSettings.ApplyFile(defaults, ProductFiles.StarterConfiguration) : defaults;
        var options = LayOver(defaults, parsed);
        return (options with { SeedTasks = options.SeedTasks ?? ProductFiles.SeedTasks }).Validated();
    }

    static SelfInstructOptions LayOver(SelfInstructOptions defaults, ParseResult parsed)
    {
        var options = parsed.GetValue(Config) is { } config ? SelfInstructSettings.ApplyFile(defaults, config) : defaults;
        options = (parsed.GetValue(Set) ?? []).Aggregate(options, ApplySetting);
        return options with
        {
            Model = parsed.GetValue(Model) ?? options.Model,
            Profile = parsed.GetValue(Profile) ?? options.Profile,
            Seed = parsed.GetValue(Seed) ?? options.Seed,
            MaxCost = parsed.GetValue(MaxCost) ?? options.MaxCost,
            SeedTasks = parsed.GetValue(Seeds) ?? options.SeedTasks,
            Instructions = options.Instructions with { Target = parsed.GetValue(Instructions) ?? options.Instructions.Target },
        };
    }

    static SelfInstructOptions ApplySetting(SelfInstructOptions options, string text) =>
        text.Split('=', 2) is [var name, var value]
            ? SelfInstructSettings.Apply(options, name, [value], "--set")
            : throw new InvalidDataException($"--set {text}: write it as name=value.");

    static ModelSelection SelectModel(SelfInstructOptions options, ParseResult parsed)
    {
        var defaults = new OpenAIEndpointOptions();
        return new ModelSelection(options.Model, parsed.GetValue(Endpoint), defaults with
        {
            MaxConcurrency = AtLeastOne(parsed.GetValue(Concurrency), "--concurrency") ?? defaults.MaxConcurrency,
            ContextLength = AtLeastOne(parsed.GetValue(ContextLength), "--context-length") ?? defaults.ContextLength,
        });
    }

    static int? AtLeastOne(int? value, string option) =>
        value is < 1 ? throw new InvalidDataException($"{option} is {value}; it must be at least 1.") : value;
}
