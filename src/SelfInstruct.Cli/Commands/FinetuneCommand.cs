using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Trainers;

namespace SelfInstruct.Cli.Commands;

/// <summary>`finetune`: trains a local model on a dataset, has a provider train one, or writes what another trainer needs to do it.</summary>
static class FinetuneCommand
{
    static readonly FinetuningOptions Defaults = new();
    static readonly LoraOptions Lora = new();

    static readonly Option<string> Model = new("--model") { Description = "starter, local:PATH or local:hf://OWNER/NAME; openai:MODEL or openai-completions:MODEL to train at the provider; with --trainer, a model's name on the Hugging Face hub.", DefaultValueFactory = static _ => "starter" };
    static readonly Option<string> Data = new("--data") { Description = "Any of the files in a run's finetuning folder: prompt and completion; instruction, input and output; messages; conversations. JSON lines or one array.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "Folder for the model and its loss curve. Continued if the run was stopped.", Required = true };
    static readonly Option<string> Method = new("--method") { Description = "full: every weight. lora: an adapter beside frozen weights.", DefaultValueFactory = static _ => "full" };
    static readonly Option<int> Epochs = new("--epochs") { Description = "How often each example is seen.", DefaultValueFactory = static _ => Defaults.Epochs };
    static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "Highest, after a warm-up of a twentieth of the steps; then half a cosine. Default: 0.2 / width, for lora 0.8 / width; a trainer's recipe: 2e-5, lora 2e-4." };
    static readonly Option<int> BatchSize = new("--batch-size") { Description = "Examples per step.", DefaultValueFactory = static _ => Defaults.BatchSize };
    static readonly Option<int?> Context = new("--context") { Description = "Longest example in tokens; longer ones are left out and counted. Default: the model's; for a trainer 2048." };
    static readonly Option<int> Rank = new("--rank") { Description = "Of a LoRA adapter.", DefaultValueFactory = static _ => Lora.Rank };
    static readonly Option<double> Alpha = new("--alpha") { Description = "An adapter counts alpha / rank times.", DefaultValueFactory = static _ => Lora.Alpha };
    static readonly Option<string> Targets = new("--targets") { Description = "Matrices that get an adapter.", DefaultValueFactory = static _ => string.Join(',', LoraTargets.Names.Select(static name => name.Name)) };
    static readonly Option<double> PromptLossWeight = new("--prompt-loss-weight") { Description = "How much a prompt's tokens count beside a completion's; 0 to 1. The paper: 0.", DefaultValueFactory = static _ => Defaults.PromptLossWeight };
    static readonly Option<double> HeldOut = new("--held-out") { Description = "Share of the examples to measure the loss on instead of learning from; 0 to below 1.", DefaultValueFactory = static _ => Defaults.HeldOutShare };
    static readonly Option<double> WeightDecay = new("--weight-decay") { Description = "Decoupled, of matrices.", DefaultValueFactory = static _ => Defaults.WeightDecay };
    static readonly Option<int> Seed = new("--seed") { Description = "Decides what is held out, the order, layouts of rows with fields, and an adapter's first values.", DefaultValueFactory = static _ => (int)Defaults.Seed };
    static readonly Option<bool> AdapterOnly = new("--adapter") { Description = "With lora: leave the adapter alone, not merged into a model as well." };
    static readonly Option<string> Type = new("--type") { Description = "Numbers of the model written: f16 or f32.", DefaultValueFactory = static _ => "f16" };
    static readonly Option<bool> HuggingFace = new("--hugging-face") { Description = "Write the model a second time, as a folder that Hugging Face's transformers opens." };
    static readonly Option<int> CheckpointEvery = new("--checkpoint-every") { Description = "Steps between checkpoints, besides one every five minutes; 0: none besides.", DefaultValueFactory = static _ => Defaults.CheckpointSteps };
    static readonly Option<bool?> Recompute = new("--recompute") { Description = "Compute activations twice to hold few of them. Default: where they would take more than a gigabyte." };
    static readonly Option<string?> Trainer = new("--trainer") { Description = "Train nothing here; write data, configuration and instructions for this trainer into --out." };

    public static Command Create()
    {
        Method.AcceptOnlyFromAmong("full", "lora");
        Type.AcceptOnlyFromAmong("f16", "f32");
        Trainer.AcceptOnlyFromAmong([.. ExternalTrainer.All.Select(static trainer => trainer.Name)]);
        var command = new Command("finetune", "Trains a model on a dataset: here, at a provider, or by a trainer for machines with GPUs.")
        {
            Model, Data, Out, Method, Epochs, LearningRate, BatchSize, Context, Rank, Alpha, Targets, PromptLossWeight, HeldOut, WeightDecay, Seed,
            AdapterOnly, Type, HuggingFace, CheckpointEvery, Recompute, Trainer,
        };
        foreach (var option in ProviderFinetuning.Options)
        {
            command.Options.Add(option);
        }

        command.SetBody(RunAsync);
        return command;
    }

    static Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (spec, trainer) = (parsed.GetValue(Model)!, parsed.GetValue(Trainer));
        if (trainer is null && ProviderFinetuning.IsHosted(spec))
        {
            return ProviderFinetuning.RunAsync(parsed, ReadHosted(parsed, spec), cancellationToken);
        }

        ProviderFinetuning.ThrowIfGiven(parsed, spec);
        return Task.FromResult(trainer is null ? Run(parsed, cancellationToken) : WriteRecipe(parsed, trainer));
    }

    /// <exception cref="InvalidDataException">A setting that a provider does not take.</exception>
    static HostedRequest ReadHosted(ParseResult parsed, string spec)
    {
        Option[] ours = [Method, LearningRate, Context, Rank, Alpha, Targets, PromptLossWeight, WeightDecay, AdapterOnly, Type, HuggingFace, CheckpointEvery, Recompute];
        if (Array.Find(ours, option => ProviderFinetuning.IsGiven(parsed, option)) is { } wrong)
        {
            throw new InvalidDataException($"{wrong.Name}: {spec} is trained at its provider, which decides that itself. Leave it out.");
        }

        var (options, data) = (Options(parsed), parsed.GetValue(Data)!);
        var hash = File.Exists(data) ? Hash(data) : throw new InvalidDataException($"{data}: no such file.");
        return new HostedRequest(
            spec, data, hash, parsed.GetValue(Out)!, options.Epochs, ProviderFinetuning.IsGiven(parsed, BatchSize) ? options.BatchSize : null, (int)options.Seed, options.HeldOutShare);
    }

    static CommandResult WriteRecipe(ParseResult parsed, string trainer)
    {
        var model = parsed.GetValue(Model)!;
        if (model == "starter" || model.StartsWith("local:", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"--model {model}: a trainer takes the name of a model on the Hugging Face hub, as Qwen/Qwen2.5-0.5B, or a folder of that form.");
        }

        var options = Options(parsed);
        var recipe = new TrainerRecipe(model, options.Epochs, options.LearningRate ?? (options.Lora is null ? 2e-5 : 2e-4), options.BatchSize, options.Context ?? 2048,
            options.Lora is { } lora ? new LoraRecipe(lora.Rank, lora.Alpha, [.. lora.Targets.Select(LoraTargets.Module)]) : null,
            options.PromptLossWeight, options.HeldOutShare, options.WeightDecay, (int)options.Seed);
        var rows = FinetuningData.Read(parsed.GetValue(Data)!);
        var folder = parsed.GetValue(Out)!;
        ExternalTrainer.All.Single(known => known.Name == trainer).Write(folder, rows, recipe);
        Console.WriteLine($"Wrote {folder}: {rows.Length:N0} examples for {trainer}. Next: read {Path.Combine(folder, "README.md")}.");
        return new CommandResult(new JsonObject { ["out"] = folder, ["trainer"] = trainer, ["examples"] = rows.Length });
    }

    static CommandResult Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var spec = parsed.GetValue(Model)!;
        var line = new StatusLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var (data, options) = (parsed.GetValue(Data)!, Options(parsed));
        var rows = FinetuningData.Read(data);
        var path = ModelSelection.LocalPathOf(spec, TimeProvider.System, new RetryNotices(line, Console.Error))
            ?? throw new InvalidDataException($"--model {spec}: is not trained here. Known: starter, local:PATH, local:hf://OWNER/NAME; openai:MODEL and openai-completions:MODEL at the provider; any model on the Hugging Face hub with --trainer.");
        using var model = LocalModelPath.Open(path);
        var folder = new FinetunedFolder(parsed.GetValue(Out)!);
        var settings = Describe(parsed, path, data);
        using var hold = folder.Lock();
        if (folder.ReadResult(settings) is { } earlier)
        {
            Console.WriteLine($"{folder.FolderPath} is finished already; nothing was trained.");
            return new CommandResult(earlier);
        }

        try
        {
            return Train(parsed, folder, settings, model, Prepare(model, rows, options), line, cancellationToken);
        }
        catch (ArithmeticException e)
        {
            return new CommandResult([], ExitCode.Failed, e.Message);
        }
    }

    /// <exception cref="InvalidDataException">A model of a shape that cannot be trained, or no rows left to learn from.</exception>
    static Finetuning Prepare(StoredModel model, ImmutableArray<DatasetRow> rows, FinetuningOptions options)
    {
        try
        {
            return new Finetuning(model.Tensors, FinetuningData.Encode(rows, model.Vocabulary, options), options, TimeProvider.System);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    static CommandResult Train(
        ParseResult parsed, FinetunedFolder folder, JsonObject settings, StoredModel model, Finetuning finetuning, StatusLine line, CancellationToken cancellationToken)
    {
        Announce(finetuning);
        TrainingResult trained;
        using (var log = new LossLog(folder.LossLog))
        {
            trained = finetuning.Run(folder.Checkpoint, new EachProgress([log, new TrainingLine(line, TimeProvider.System)]), cancellationToken);
            line.End();
            folder.WriteLossCurve(log.Lines);
        }

        var adapterOnly = parsed.GetValue(AdapterOnly);
        if (parsed.GetValue(Method) == "lora")
        {
            finetuning.Trainer.WriteAdapter(folder.Adapter, parsed.GetValue(Model)!);
        }

        if (!adapterOnly)
        {
            Write(folder, new ModelFile(model.Config, model.Vocabulary, finetuning.Trainer.Weights), isFull: parsed.GetValue(Type) == "f32", parsed.GetValue(HuggingFace));
        }

        var result = Result(folder, finetuning, trained, adapterOnly);
        folder.WriteResult(settings, result);
        File.Delete(folder.Checkpoint);
        Console.WriteLine($"Wrote {(adapterOnly ? folder.Adapter : folder.Model)}: loss {trained.Loss:0.000}{(double.IsNaN(trained.HeldOutLoss) ? "" : $", held-out loss {trained.HeldOutLoss:0.000}")}.");
        Console.WriteLine(adapterOnly ? $"Next: load {folder.Adapter} with PEFT." : $"Next: --model local:{folder.FolderPath}");
        return new CommandResult(result);
    }

    static void Write(FinetunedFolder folder, ModelFile model, bool isFull, bool huggingFace)
    {
        GgufFile.Write(folder.Model, model, isFull ? GgufType.F32 : GgufType.F16, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.FolderPath)));
        if (huggingFace)
        {
            HuggingFaceFolder.Write(folder.HuggingFace, model, isFull ? SafetensorsType.F32 : SafetensorsType.F16);
        }
    }

    static void Announce(Finetuning finetuning)
    {
        var counts = finetuning.Counts;
        Console.Error.WriteLine($"{counts.Examples:N0} examples, {counts.HeldOut:N0} held out; {finetuning.Trainer.TrainedParameters:N0} parameters trained in {finetuning.Steps:N0} steps.");
        foreach (var (reason, count) in counts.Dropped)
        {
            Console.Error.WriteLine($"left out: {count:N0} {reason}");
        }
    }

    static JsonObject Result(FinetunedFolder folder, Finetuning finetuning, TrainingResult trained, bool adapterOnly) => new()
    {
        ["out"] = folder.FolderPath,
        ["model"] = adapterOnly ? null : "local:" + folder.FolderPath,
        ["steps"] = trained.Steps,
        ["tokens"] = trained.Tokens,
        ["loss"] = trained.Loss,
        ["held_out_loss"] = double.IsNaN(trained.HeldOutLoss) ? null : trained.HeldOutLoss,
        ["examples"] = finetuning.Counts.Examples,
        ["held_out"] = finetuning.Counts.HeldOut,
        ["dropped"] = new JsonObject(finetuning.Counts.Dropped.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["trained_parameters"] = finetuning.Trainer.TrainedParameters,
        ["training_seconds"] = Math.Round(trained.Seconds, 3),
    };

    static FinetuningOptions Options(ParseResult parsed)
    {
        var options = Defaults with
        {
            Epochs = parsed.GetValue(Epochs),
            LearningRate = parsed.GetValue(LearningRate),
            BatchSize = parsed.GetValue(BatchSize),
            Context = parsed.GetValue(Context),
            Lora = parsed.GetValue(Method) == "lora"
                ? new LoraOptions { Rank = parsed.GetValue(Rank), Alpha = parsed.GetValue(Alpha), Targets = LoraTargets.Parse(parsed.GetValue(Targets)!) }
                : null,
            PromptLossWeight = parsed.GetValue(PromptLossWeight),
            HeldOutShare = parsed.GetValue(HeldOut),
            WeightDecay = parsed.GetValue(WeightDecay),
            Seed = (ulong)parsed.GetValue(Seed),
            CheckpointSteps = parsed.GetValue(CheckpointEvery),
            Recompute = parsed.GetValue(Recompute),
        };
        if (options.Lora is null && parsed.GetValue(AdapterOnly))
        {
            throw new InvalidDataException("--adapter: only --method lora makes an adapter.");
        }

        try
        {
            return options.Validated();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>All that decides the result.</summary>
    static JsonObject Describe(ParseResult parsed, string model, string data) => new()
    {
        ["model"] = parsed.GetValue(Model),
        ["model_sha256"] = LocalModelPath.Fingerprint(model),
        ["data_sha256"] = Hash(data),
        ["method"] = parsed.GetValue(Method),
        ["epochs"] = parsed.GetValue(Epochs),
        ["learning_rate"] = parsed.GetValue(LearningRate),
        ["batch_size"] = parsed.GetValue(BatchSize),
        ["context"] = parsed.GetValue(Context),
        ["lora"] = parsed.GetValue(Method) == "lora" ? $"rank {parsed.GetValue(Rank)}, alpha {parsed.GetValue(Alpha)}, {parsed.GetValue(Targets)}" : null,
        ["prompt_loss_weight"] = parsed.GetValue(PromptLossWeight),
        ["held_out"] = parsed.GetValue(HeldOut),
        ["weight_decay"] = parsed.GetValue(WeightDecay),
        ["seed"] = parsed.GetValue(Seed),
        ["adapter"] = parsed.GetValue(AdapterOnly),
        ["type"] = parsed.GetValue(Type),
        ["hugging_face"] = parsed.GetValue(HuggingFace),
    };

    static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    sealed class EachProgress(IReadOnlyList<IProgress<TrainingProgress>> all) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            foreach (var one in all)
            {
                one.Report(value);
            }
        }
    }
}
