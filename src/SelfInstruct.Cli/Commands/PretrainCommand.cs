using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Miniature;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`pretrain`: corpus, vocabulary and weights of a starter from nothing.</summary>
static class PretrainCommand
{
    static readonly PretrainingOptions Defaults = new();
    static readonly Option<string> Out = new("--out") { Description = "Folder for model, card, seed tasks and prompts.", DefaultValueFactory = static _ => "runs/starter" };
    static readonly Option<int> Seed = new("--seed") { Description = "Decides corpus, first weights and order.", DefaultValueFactory = static _ => Defaults.Seed };
    static readonly Option<int> Steps = new("--steps") { Description = "Training steps of four windows of 512 tokens.", DefaultValueFactory = static _ => Defaults.Steps };
    static readonly Option<long> Characters = new("--characters") { Description = "Characters of corpus to generate.", DefaultValueFactory = static _ => Defaults.Characters };

    public static Command Create()
    {
        var command = new Command("pretrain", "Makes a starter model from nothing: corpus, vocabulary, weights. Continues from its checkpoint.") { Out, Seed, Steps, Characters };
        command.SetBody(RunAsync);
        return command;
    }

    static async Task<CommandResult> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = parsed.GetValue(Out)!;
        Directory.CreateDirectory(folder);
        var options = Defaults with
        {
            Seed = parsed.GetValue(Seed),
            Steps = Positive(parsed.GetValue(Steps), "--steps"),
            Characters = Positive(parsed.GetValue(Characters), "--characters"),
        };
        using var progress = new PretrainingLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var checkpoint = Path.Combine(folder, "checkpoint.bin");
        var result = Pretraining.Run(options, checkpoint, TimeProvider.System, progress, cancellationToken);
        Write(folder, options, result);
        var abilities = await ExamineAsync(folder, options, result.Model, cancellationToken).ConfigureAwait(false);
        File.WriteAllText(Path.Combine(folder, "README.md"), ModelCard.Render(options, result, abilities));
        File.Delete(checkpoint);
        Console.WriteLine($"Wrote {Path.Combine(folder, "starter.gguf")}: {result.Model.Config.Parameters:N0} parameters, held-out loss {result.Training.HeldOutLoss:0.000}.");
        Console.WriteLine($"Next: run --model local:{Path.Combine(folder, "starter.gguf")} --config {Path.Combine(folder, "run.yaml")}");
        return new CommandResult(new JsonObject
        {
            ["out"] = folder,
            ["steps"] = result.Training.Steps,
            ["tokens"] = result.Training.Tokens,
            ["loss"] = result.Training.Loss,
            ["held_out_loss"] = double.IsNaN(result.Training.HeldOutLoss) ? null : result.Training.HeldOutLoss,
        });
    }

    static void Write(string folder, PretrainingOptions options, PretrainingResult result)
    {
        GgufFile.Write(Path.Combine(folder, "starter.gguf"), result.Model, GgufType.F16, "SelfInstruct starter");
        JsonLines.WriteAll(Path.Combine(folder, "seed_tasks.jsonl"), StarterSeeds.Create(options.Seed), TaskJson.Format.SeedTask);
        Directory.CreateDirectory(Path.Combine(folder, "prompts"));
        foreach (var (name, text) in StarterPrompts.Create(options.Seed).Files)
        {
            File.WriteAllText(Path.Combine(folder, "prompts", name), text);
        }

        File.WriteAllText(Path.Combine(folder, "run.yaml"), File.ReadAllText(ProductFiles.StarterConfiguration));
    }

    static async Task<StarterAbilities> ExamineAsync(string folder, PretrainingOptions options, ModelFile model, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine("examination …");
        var settings = SelfInstructSettings.ApplyFile(new SelfInstructOptions(), Path.Combine(folder, "run.yaml"));
        using var starter = new LocalLanguageModel(model, "starter");
        return await new StarterExamination(starter, settings, options.Seed).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    static T Positive<T>(T value, string option)
        where T : System.Numerics.INumber<T> =>
        value > T.Zero ? value : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be above 0."));
}
