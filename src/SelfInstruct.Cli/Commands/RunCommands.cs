using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Postgres;
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
    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Base address of the server, for openai: and the like with its version; else OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or ANTHROPIC_BASE_URL." };
    static readonly Option<string?> Profile = new("--profile") { Description = $"Set of defaults: {string.Join(", ", Profiles.Names)}. Default: modern for chat models (openai:, azure:, anthropic:), else paper." };
    static readonly Option<int?> Instructions = new("--instructions") { Description = "Instructions to accept. Default: 100." };
    static readonly Option<long?> Seed = new("--seed") { Description = "The same seed and answers give the same files. Default: 42." };
    static readonly Option<double?> MaxCost = new("--max-cost") { Description = "US dollars that the run may cost in all; it stops before more, with everything saved." };
    static readonly Option<long?> MaxTokens = new("--max-tokens") { Description = "Tokens of prompts and completions that the run may use in all." };
    static readonly Option<string?> Prices = new("--prices") { Description = "YAML file of prices, laid over those that ship (data/prices.yaml)." };
    static readonly Option<string?> Prompts = new("--prompts") { Description = "Folder of prompt texts that replace the built-in ones of the same name." };
    static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Calls in flight at once to a server, at most; fewer while it turns calls away. Default: 8." };
    static readonly Option<int?> ContextLength = new("--context-length") { Description = "Tokens of the context of a server's model. Default: 8192." };
    static readonly Option<string[]> Set = new("--set") { Description = "Any setting, as name=value; may be repeated." };
    static readonly Option<string[]> Decontaminate = new("--decontaminate") { Description = "An evaluation set that nothing may be too near to: a file of tasks or predictions, or a folder of Natural Instructions; may be repeated. The profile modern compares with the product's own 252 tasks besides." };
    static readonly Option<bool> Batch = new("--batch") { Description = "Hand requests in as files to OpenAI's Batch API (openai:, openai-completions:): half the price, answers within a day; the run may be ended and continued meanwhile." };
    static readonly Option<string?> Store = new("--store") { Description = $"Share the run with other machines: {StoreCommands.Form} Begins or joins it there, and writes it into --out." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the settings and the first prompts; ask no model." };
    static readonly Option<string?> InstancesFile = new("--instances") { Description = "Raw instances of another run, or of the original." };
    static readonly Option<string?> ClassificationFile = new("--classification") { Description = "The is_clf_or_not file that belongs to --instances." };

    public static Command Create(string name)
    {
        var command = new Command(name, About(name))
        {
            Out, Config, Seeds, Model, Endpoint, Profile, Instructions, Seed, MaxCost, MaxTokens, Prices, Prompts, Concurrency, ContextLength, Decontaminate, Set,
        };
        if (name != "prepare")
        {
            command.Options.Add(Batch);
        }

        if (name == "run")
        {
            command.Options.Add(DryRun);
            command.Options.Add(Store);
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

    static async Task<CommandResult> RunAsync(string step, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = ReadOptions(parsed);
        if (parsed.GetValue(DryRun))
        {
            return new CommandResult(DryRunReport.Show(options, parsed.GetValue(Out)!, TimeProvider.System));
        }

        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        using var session = RunSession.Open(
            parsed.GetValue(Out)!, options, folder => new ModelSelection(options, progress).Open(folder, TimeProvider.System), TimeProvider.System);
        if (session.IsComplete && step == "run")
        {
            RunReport.Show(session.State, session.Folder, "This run is complete; nothing was left to do. --instructions N continues it.");
            return new CommandResult(ToJson(session, options));
        }

        if (session.State.Counts.Calls == 0 && step is "run" or "generate" && RunPrices.Find(options) is not { Prompt: 0, Completion: 0 })
        {
            progress.Report(CostEstimate.Describe(options, session.Forecast()));
        }

        return await RunAsync(step, session, options, progress, parsed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A run that stops or fails has counts to report as well.</summary>
    static async Task<CommandResult> RunAsync(
        string step, RunSession session, SelfInstructOptions options, ProgressLine line, ParseResult parsed, CancellationToken cancellationToken)
    {
        var progress = new CostNotice(line, line, options);
        try
        {
            await (parsed.GetValue(Store) is { } store
                ? SharedRun.RunAsync(StoreAddress.Parse(store), session, progress, line, cancellationToken)
                : session.RunAsync((pipeline, token) => RunStepAsync(step, pipeline, session.Folder, parsed, token), progress, cancellationToken)).ConfigureAwait(false);
            RunReport.Show(session.State, session.Folder, null);
            return new CommandResult(ToJson(session, options));
        }
        catch (OperationCanceledException)
        {
            return new CommandResult(RunReport.ToJson(session.State, session.Folder), ExitCode.Stopped, "Stopped. Everything is saved; the same command continues.");
        }
        catch (Exception e) when (CommandRun.Explain(e) is var (code, message))
        {
            return new CommandResult(RunReport.ToJson(session.State, session.Folder), code, message);
        }
    }

    /// <summary>The starter's data can be checked, since the world it comes from is known.</summary>
    static JsonObject ToJson(RunSession session, SelfInstructOptions options)
    {
        var json = RunReport.ToJson(session.State, session.Folder);
        if (options.Model == "starter" && session.State.State == "complete")
        {
            json["validity"] = ValidityReport.Show(session.Folder);
        }

        return json;
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
                return (parsed.GetValue(InstancesFile), parsed.GetValue(ClassificationFile)) switch
                {
                    (null, null) => pipeline.PrepareDataset(),
                    var (instances, classification) => pipeline.PrepareDataset(instances ?? folder.RawInstances, classification ?? folder.Classification),
                };
        }

        return pipeline.Count();
    }

    /// <summary>The profile at the bottom, then the model's own defaults, the configuration file, the command line.</summary>
    static SelfInstructOptions ReadOptions(ParseResult parsed)
    {
        var named = LayOver(new SelfInstructOptions { Profile = "" }, parsed);
        var defaults = named.Profile is "" ? ModelSelection.IsChat(named.Model) ? Profiles.Modern : Profiles.Paper : Profiles.Named(named.Profile);
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
            MaxTokens = parsed.GetValue(MaxTokens) ?? options.MaxTokens,
            Prices = (parsed.GetValue(Prices) ?? options.Prices) is { } prices ? Path.GetFullPath(prices) : null,
            Prompts = (parsed.GetValue(Prompts) ?? options.Prompts) is { } prompts ? Path.GetFullPath(prompts) : null,
            Endpoint = parsed.GetValue(Endpoint) ?? options.Endpoint,
            Concurrency = parsed.GetValue(Concurrency) ?? options.Concurrency,
            ContextLength = parsed.GetValue(ContextLength) ?? options.ContextLength,
            Batch = parsed.GetValue(Batch) || options.Batch,
            SeedTasks = (parsed.GetValue(Seeds) ?? options.SeedTasks) is { } seeds ? Path.GetFullPath(seeds) : null,
            Decontamination = parsed.GetValue(Decontaminate) is { Length: > 0 } sets
                ? options.Decontamination with { Against = [.. options.Decontamination.Against.Union(sets.Select(Path.GetFullPath))] }
                : options.Decontamination,
            Instructions = options.Instructions with { Target = parsed.GetValue(Instructions) ?? options.Instructions.Target },
        };
    }

    static SelfInstructOptions ApplySetting(SelfInstructOptions options, string text) =>
        text.Split('=', 2) is [var name, var value]
            ? name == "model" ? throw new InvalidDataException($"--set {text}: write it as --model {value}.") : SelfInstructSettings.Apply(options, name, [value], "--set")
            : throw new InvalidDataException($"--set {text}: write it as name=value.");
}
