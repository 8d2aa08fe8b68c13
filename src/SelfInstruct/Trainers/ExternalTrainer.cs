using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SelfInstruct.Datasets;

namespace SelfInstruct.Trainers;

/// <summary>A trainer for machines with GPUs: what it needs is a folder with data, a configuration and instructions.</summary>
public abstract record ExternalTrainer(string Name, string Home)
{
    public static ImmutableArray<ExternalTrainer> All { get; } = [new TrlTrainer(), new AxolotlTrainer(), new LlamaFactoryTrainer(), new TorchtuneTrainer()];

    /// <summary>data/, a configuration, README.md.</summary>
    /// <exception cref="InvalidDataException">Rows or a model that this trainer cannot take.</exception>
    public void Write(string folder, ImmutableArray<DatasetRow> rows, TrainerRecipe recipe)
    {
        var data = TrainerData.Split(rows, recipe);
        var configuration = Configure(data, recipe);
        WriteData(Path.Combine(folder, "data"), data);
        File.WriteAllText(Path.Combine(folder, ConfigurationName), configuration);
        File.WriteAllText(Path.Combine(folder, "README.md"), Explain(data, recipe));
    }

    protected abstract string ConfigurationName { get; }

    /// <returns>YAML.</returns>
    protected abstract string Configure(TrainerData data, TrainerRecipe recipe);

    protected abstract void WriteData(string folder, TrainerData data);

    /// <summary>On one GPU, on those of one machine, on those of several; each a shell command.</summary>
    protected abstract (string One, string Many, string Nodes) Commands(TrainerRecipe recipe);

    /// <summary>Settings that the configuration cannot carry, and what happens instead.</summary>
    protected abstract IEnumerable<string> NotExpressed(TrainerData data, TrainerRecipe recipe);

    protected static string Number(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    protected static string Flag(bool value) => value ? "true" : "false";

    /// <summary>A YAML string that no content can break out of: JSON's strings are among YAML's.</summary>
    protected static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    string Explain(TrainerData data, TrainerRecipe recipe)
    {
        var (one, many, nodes) = Commands(recipe);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Fine-tuning {recipe.Model} with {Name}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{data.Train.Length:N0} examples in `data/train.jsonl`, {data.HeldOut.Length:N0} held out. Install the trainer from {Home}, then run, in this folder:\n\n");
        text.Append(CultureInfo.InvariantCulture, $"```\n{one}\n```\n\nOn every GPU of one machine:\n\n```\n{many}\n```\n\nOn several machines:\n\n```\n{nodes}\n```\n\n");
        text.Append("## Settings\n\n| setting | value |\n|---|---|\n");
        foreach (var (name, value) in Settings(recipe))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        }

        text.Append("\n## What differs from what was asked\n\n");
        foreach (var line in NotExpressed(data, recipe).Concat(Everywhere(recipe)))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }

        return text.ToString();
    }

    static IEnumerable<(string Name, string Value)> Settings(TrainerRecipe recipe) =>
    [
        ("epochs", Number(recipe.Epochs)),
        ("learning rate", $"{Number(recipe.LearningRate)}, cosine, warm-up {Number(TrainerRecipe.WarmupShare * 100)} % of the steps"),
        ("method", recipe.Lora is { } lora ? $"LoRA, rank {lora.Rank}, alpha {Number(lora.Alpha)}, on {string.Join(", ", lora.Modules)}" : "every weight"),
        ("batch size", Number(recipe.BatchSize)),
        ("context", $"{recipe.Context} tokens"),
        ("prompt loss weight", Number(recipe.PromptLossWeight)),
        ("held out", $"{Number(recipe.HeldOutShare * 100)} %"),
        ("weight decay", Number(recipe.WeightDecay)),
        ("seed", Number(recipe.Seed)),
    ];

    static IEnumerable<string> Everywhere(TrainerRecipe recipe) =>
    [
        "Batch size: a step takes the batch on each GPU, so on N of them it is N times as large; divide `gradient_accumulation_steps` accordingly.",
        .. recipe.PromptLossWeight is > 0 and < 1
            ? new[] { $"Prompt loss weight {Number(recipe.PromptLossWeight)}: this trainer counts a prompt fully or not at all; here it does not count." }
            : [],
        $"Context: an example longer than {recipe.Context} tokens is cut by the trainer, or left out, without being counted here.",
    ];
}
