using System.Text.Json;
using SelfInstruct.Tasks;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>Folders to review.</summary>
static class ReviewData
{
    /// <summary>What a model may write, to attack the page or the terminal.</summary>
    public const string Planted = "<script>window.planted = 1</script><img src=x onerror=\"window.planted = 1\"> \u001b[31mred\u001b[0m left\u202Eright <b>bold</b><img src=/page/icon.svg>";

    /// <summary>Predictions of models a and b, in folders of their own.</summary>
    public static string WritePredictions(TemporaryFolder folder, int questions, Func<string, int, string>? text = null)
    {
        foreach (var model in new[] { "a", "b" })
        {
            Directory.CreateDirectory(folder.In(model));
            folder.Write(Path.Combine(model, "predictions.jsonl"), string.Concat(Enumerable.Range(0, questions).Select(i => JsonSerializer.Serialize(
                new { id = $"question_{i}", instruction = $"Name a thing that weighs about {i} grams.", input = i % 3 == 0 ? "" : $"Where: place {i}", response = text?.Invoke(model, i) ?? $"Thing {i} of {model}", target = $"Reference {i}" }) + "\n")));
        }

        return folder.FolderPath;
    }

    /// <summary>A run's rows.</summary>
    public static string WriteRows(TemporaryFolder folder, int rows, Func<int, string>? output = null)
    {
        folder.Write("all_generated_instances.jsonl", string.Concat(Enumerable.Range(0, rows).Select(i => JsonSerializer.Serialize(
            new GeneratedInstance($"Do thing {i}.", $"Input {i}", output?.Invoke(i) ?? $"Output {i}", $"instruction_{i}.0", $"instruction_{i}", IsClassification: false), TaskJson.Format.GeneratedInstance) + "\n")));
        return folder.FolderPath;
    }

    public static List<JsonElement> ReadLines(string path) => [.. File.ReadAllLines(path).Select(static line => JsonDocument.Parse(line).RootElement)];
}
