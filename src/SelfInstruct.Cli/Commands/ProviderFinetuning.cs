using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Models;
using SelfInstruct.Trainers;

namespace SelfInstruct.Cli.Commands;

/// <summary>The part of `finetune` that trains at a provider of OpenAI's fine-tuning API.</summary>
static class ProviderFinetuning
{
    const int MostSuffix = 64;

    static readonly Option<string?> Endpoint = new("--endpoint") { Description = "For openai: models: base address of the provider, version included; else OPENAI_BASE_URL." };
    static readonly Option<string?> Suffix = new("--suffix") { Description = "For openai: models: becomes part of the new model's name." };
    static readonly Option<double?> TrainingPrice = new("--training-price") { Description = "For openai: models: US dollars per million trained tokens, to say what it costs." };
    static readonly Option<double> PollSeconds = new("--poll-seconds") { Description = "For openai: models: longest pause between two looks at a job.", DefaultValueFactory = static _ => 60 };
    static readonly Option<bool> CancelJob = new("--cancel-job") { Description = "For openai: models: with the options of the run, end its job at the provider." };

    public static IEnumerable<Option> Options => [Endpoint, Suffix, TrainingPrice, PollSeconds, CancelJob];

    public static bool IsHosted(string spec) => spec.Split(':')[0] is "openai" or "openai-completions";

    /// <exception cref="InvalidDataException">An option for models at a provider, with another model.</exception>
    public static void ThrowIfGiven(ParseResult parsed, string spec)
    {
        if (Options.FirstOrDefault(option => IsGiven(parsed, option)) is { } option)
        {
            throw new InvalidDataException($"{option.Name}: only openai:MODEL and openai-completions:MODEL take it; --model is {spec}.");
        }
    }

    /// <param name="parsed">Options of its own are read from it.</param>
    /// <param name="request">The others.</param>
    /// <param name="cancellationToken">Leaves the job to itself.</param>
    /// <exception cref="InvalidDataException">Bad input.</exception>
    public static async Task<CommandResult> RunAsync(ParseResult parsed, HostedRequest request, CancellationToken cancellationToken)
    {
        var line = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var notices = new RetryNotices(line, Console.Error);
        var server = ModelServer.OpenAI(parsed.GetValue(Endpoint), $"--model {request.Spec}");
        var training = Read(parsed, request, server);
        var folder = new FinetunedFolder(request.Out);
        using var hold = folder.Lock();
        using var endpoint = server.Connect(new EndpointOptions(), TimeProvider.System, notices);
        var file = new HostedFinetuningFile(Path.Combine(request.Out, "finetune.json"));
        var hosted = new HostedFinetuning(endpoint, file, Pause(parsed), TimeProvider.System, notices);
        try
        {
            return parsed.GetValue(CancelJob)
                ? Report(parsed, request, await hosted.CancelAsync(training.Settings, cancellationToken).ConfigureAwait(false), isWanted: true)
                : await TrainAsync(parsed, request, training, file, hosted, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Report(parsed, request, file.Read()) with { Code = ExitCode.Stopped, Error = DescribeStop(file.Read()) };
        }
    }

    static async Task<CommandResult> TrainAsync(
        ParseResult parsed, HostedRequest request, HostedTraining training, HostedFinetuningFile file, HostedFinetuning hosted, CancellationToken cancellationToken)
    {
        if (file.Read() is null)
        {
            Console.Error.WriteLine(Estimate(parsed, request, training));
        }

        var record = await hosted.RunAsync(training, cancellationToken).ConfigureAwait(false);
        return Report(parsed, request, record);
    }

    static HostedTraining Read(ParseResult parsed, HostedRequest request, ModelServer server)
    {
        var suffix = parsed.GetValue(Suffix);
        if (suffix is { Length: 0 or > MostSuffix })
        {
            throw new InvalidDataException($"--suffix has {suffix.Length} characters; it must have 1 to {MostSuffix}.");
        }

        var (kind, model) = request.Spec.Split(':', 2) is [var first, { Length: > 0 } second] ? (first, second) : throw new InvalidDataException($"--model {request.Spec}: names no model.");
        var settings = new JsonObject
        {
            ["model"] = request.Spec,
            ["endpoint"] = server.Address.AbsoluteUri,
            ["data_sha256"] = request.DataHash,
            ["epochs"] = request.Epochs,
            ["batch_size"] = request.BatchSize,
            ["seed"] = request.Seed,
            ["held_out"] = request.HeldOutShare,
            ["suffix"] = suffix,
        };
        var data = HostedData.Of(FinetuningData.Read(request.Data), kind == "openai", request.HeldOutShare, request.Seed);
        return new HostedTraining(settings, model, request.Epochs, request.BatchSize, request.Seed, suffix, data);
    }

    static string Estimate(ParseResult parsed, HostedRequest request, HostedTraining training)
    {
        var tokens = training.Data.Tokens * request.Epochs;
        var cost = parsed.GetValue(TrainingPrice) is { } price
            ? string.Create(CultureInfo.InvariantCulture, $"{tokens * price / 1e6:0.00} US dollars")
            : "what that costs is not known here (--training-price USD per million tokens; the provider's page has it)";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Estimate: {training.Data.Examples:N0} examples, {training.Data.HeldOutExamples:N0} held out, {request.Epochs} epochs: at most about {tokens:N0} trained tokens; {cost}.");
    }

    /// <param name="parsed">Has the price.</param>
    /// <param name="request">Has the folder.</param>
    /// <param name="record">Null: nothing was begun.</param>
    /// <param name="isWanted">That the job is cancelled.</param>
    static CommandResult Report(ParseResult parsed, HostedRequest request, HostedFinetuningRecord? record, bool isWanted = false)
    {
        var kind = request.Spec.Split(':')[0];
        var result = new JsonObject
        {
            ["out"] = request.Out,
            ["model"] = record?.Model is { } model ? $"{kind}:{model}" : null,
            ["job"] = record?.JobId,
            ["file"] = record?.TrainingFileId,
            ["status"] = record?.Status,
            ["steps"] = (int?)record?.Last(static one => one.Step),
            ["tokens"] = record?.TrainedTokens,
            ["loss"] = record?.Last(static one => one.Loss),
            ["held_out_loss"] = record?.Last(static one => one.HeldOutLoss),
            ["cost_usd"] = parsed.GetValue(TrainingPrice) is { } price && record?.TrainedTokens is { } tokens ? tokens * price / 1e6 : null,
        };
        if (isWanted)
        {
            Console.WriteLine($"Job {record?.JobId}: {record?.Status}.");
        }
        else if (record is { Status: "succeeded", Model: not null })
        {
            Console.WriteLine($"Trained {kind}:{record.Model}{(record.TrainedTokens is { } trained ? string.Create(CultureInfo.InvariantCulture, $" on {trained:N0} tokens") : "")}.");
            Console.WriteLine($"Next: --model {kind}:{record.Model}");
        }

        return record switch
        {
            { Status: "succeeded", Model: null } when !isWanted => new CommandResult(result, ExitCode.Failed, $"Job {record.JobId} succeeded, but the provider names no model. Look at it there."),
            { Status: "failed" } when !isWanted => new CommandResult(result, ExitCode.Failed, $"Job {record.JobId} failed: {record.Error ?? "no reason is given"}. Mend that and give another --out."),
            { Status: "cancelled" } when !isWanted => new CommandResult(result, ExitCode.Failed, $"Job {record.JobId} was cancelled. Give another --out to train anew."),
            _ => new CommandResult(result),
        };
    }

    static string DescribeStop(HostedFinetuningRecord? record) => record switch
    {
        { JobId: { } id } => $"Stopped. Job {id} goes on at the provider: the same command follows it, with --cancel-job it is ended.",
        { MayHaveJob: true } => "Stopped while the job was being made: the same command looks for it and goes on, with --cancel-job it is ended.",
        _ => "Stopped before a job was made; nothing is to be paid. The same command goes on.",
    };

    static TimeSpan Pause(ParseResult parsed) =>
        parsed.GetValue(PollSeconds) is > 0 and <= 3600 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new InvalidDataException("--poll-seconds must be above 0 and at most 3600.");

    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}

/// <summary>What `finetune` was asked for, as far as a provider takes it.</summary>
/// <param name="BatchSize">Null: the provider's choice.</param>
sealed record HostedRequest(string Spec, string Data, string DataHash, string Out, int Epochs, int? BatchSize, int Seed, double HeldOutShare);
