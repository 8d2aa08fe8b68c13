using System.Text.Json;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

public sealed class LocalModelCommandTests : IDisposable
{
    const int Timeout = 300_000;
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_folder_of_Hugging_Face_answers_as_the_file_it_was_made_from()
    {
        var starter = GgufFile.Read(Repository.In("models", "starter", "starter.gguf"));
        HuggingFaceFolder.Write(_folder.In("model"), starter, SafetensorsType.F32);
        GgufFile.Write(_folder.In("model.gguf"), starter, GgufType.F32, "starter");
        var seeds = Repository.In("models", "starter", "seed_tasks.jsonl");
        string[] Run(string model, string run) =>
            ["generate", "--model", "local:" + _folder.In(model), "--seed-tasks", seeds, "--out", _folder.In(run), "--instructions", "5", "--json"];
        Assert.Equal(0, (await CommandLine.RunAsync(Run("model", "a"))).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(Run("model.gguf", "b"))).ExitCode);
        Assert.Equal(Texts("a"), Texts("b"));
    }

    /// <summary>In the order of their contents: they are recorded as they finish.</summary>
    string[] Texts(string run) =>
        [.. File.ReadLines(Path.Combine(_folder.In(run), "completions.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).Order(StringComparer.Ordinal)];

    [Fact(Timeout = Timeout)]
    public async Task A_folder_that_is_no_model_is_refused_by_what_it_lacks()
    {
        _folder.Write("config.json", """{"model_type":"gemma2"}""");
        var run = await CommandLine.RunAsync("run", "--model", "local:" + _folder.FolderPath, "--out", _folder.In("run"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("architecture gemma2 is not supported", run.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_no_address_of_the_hub_is_refused()
    {
        var run = await CommandLine.RunAsync("run", "--model", "local:hf://nobody", "--out", _folder.In("run"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("hf://owner/name", run.Errors, StringComparison.Ordinal);
    }
}
