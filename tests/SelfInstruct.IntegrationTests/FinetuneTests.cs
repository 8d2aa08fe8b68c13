using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests;

/// <summary>`finetune` on the starter, as a user runs it.</summary>
public sealed class FinetuneTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 300_000)]
    [InlineData("full")]
    [InlineData("lora")]
    public async Task A_killed_run_continues_its_loss_curve_bit_for_bit(string method)
    {
        var data = Data(48);
        string[] options = ["finetune", "--model", "starter", "--data", data, "--method", method, "--epochs", "4", "--held-out", "0.1", "--type", "f32", "--checkpoint-every", "3", "--json", "--out"];
        var whole = await CommandLine.RunAsync([.. options, _folder.In("first")]);
        Assert.Equal(0, whole.ExitCode);
        foreach (var lines in new[] { 5, 13 })
        {
            using var killed = CommandLine.Start(null, [.. options, _folder.In("again")]);
            await CommandLine.KillAfterLinesAsync(killed, _folder.In("again/loss.jsonl"), lines);
            Assert.False(File.Exists(_folder.In("again/finetuning.json")));
        }

        var resumed = await CommandLine.RunAsync([.. options, _folder.In("again")]);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(Losses("first"), Losses("again"));
        Assert.Equal(24, Losses("first").Length);
        Assert.Equal(await Weights("first"), await Weights("again"));
        Assert.Equal(whole.Json.GetProperty("loss").GetDouble(), resumed.Json.GetProperty("loss").GetDouble());
        Assert.Equal(whole.Json.GetProperty("held_out_loss").GetDouble(), resumed.Json.GetProperty("held_out_loss").GetDouble());
        Assert.False(File.Exists(_folder.In("again/checkpoint.bin")));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_it_leaves_is_a_model_and_a_second_call_trains_nothing()
    {
        var (data, output) = (Data(20), _folder.In("tuned"));
        string[] command = ["finetune", "--data", data, "--method", "lora", "--epochs", "1", "--out", output, "--json"];
        var first = await CommandLine.RunAsync(command);
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(3, first.Json.GetProperty("steps").GetInt32());
        Assert.Equal(JsonValueKind.Null, first.Json.GetProperty("held_out_loss").ValueKind);
        Assert.Contains($"local:{output}", first.Output, StringComparison.Ordinal);
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(_folder.In("tuned/loss.svg")), StringComparison.Ordinal);
        var adapter = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.In("tuned/adapter/adapter_config.json"))).RootElement;
        Assert.Equal("LORA", adapter.GetProperty("peft_type").GetString());
        var before = File.GetLastWriteTimeUtc(_folder.In("tuned/model.gguf"));
        var second = await CommandLine.RunAsync(command);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(first.Json.GetProperty("loss").GetDouble(), second.Json.GetProperty("loss").GetDouble());
        Assert.Equal(before, File.GetLastWriteTimeUtc(_folder.In("tuned/model.gguf")));
        var run = await CommandLine.RunAsync("run", "--model", "local:" + output, "--out", _folder.In("run"), "--instructions", "3", "--dry-run");
        Assert.Equal(0, run.ExitCode);
        var other = await CommandLine.RunAsync([.. command, "--seed", "9"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("other settings", other.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recipe_for_another_trainer_is_a_folder()
    {
        var result = await CommandLine.RunAsync("finetune", "--trainer", "axolotl", "--model", "Qwen/Qwen2.5-0.5B", "--data", Data(10), "--out", _folder.In("recipe"), "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(10, result.Json.GetProperty("examples").GetInt32());
        Assert.All(["README.md", "axolotl.yaml", "data/train.jsonl"], name => Assert.True(File.Exists(_folder.In("recipe/" + name)), name));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--model", "anthropic:claude", "not trained here")]
    [InlineData("--model", "openai:gpt-4o-mini", "decides that itself")]
    [InlineData("--model", "local:/nowhere.gguf", "no such model")]
    [InlineData("--epochs", "0", "epochs is 0")]
    [InlineData("--targets", "q,x", "--targets has x")]
    [InlineData("--data", "/nowhere.jsonl", "no such file")]
    [InlineData("--trainer", "trl", "Hugging Face hub")]
    public async Task What_cannot_be_done_is_said_with_exit_code_2(string option, string value, string reason)
    {
        string[] defaults = option == "--data" ? [] : ["--data", Data(4)];
        var result = await CommandLine.RunAsync(["finetune", "--method", "lora", "--out", _folder.In("x"), .. defaults, option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(reason, result.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bad_row_is_named_by_file_and_line()
    {
        var data = _folder.Write("bad.jsonl", "{\"prompt\":\"a\",\"completion\":\"b\"}\n\n{\"prompt\":\"a\"}\n");
        var result = await CommandLine.RunAsync("finetune", "--data", data, "--out", _folder.In("x"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{data}(3)", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>Every line but for the speed, which no run has twice.</summary>
    string[] Losses(string run) => [.. File.ReadLines(_folder.In(run + "/loss.jsonl")).Select(static line =>
    {
        var fields = JsonNode.Parse(line)!.AsObject();
        fields.Remove("tokens_per_second");
        return fields.ToJsonString();
    })];

    /// <summary>The file but for its name inside, which is the folder's.</summary>
    async Task<byte[]> Weights(string run) => (await File.ReadAllBytesAsync(_folder.In(run + "/model.gguf")))[4096..];

    string Data(int rows) => _folder.Write($"{rows}.jsonl", string.Concat(Enumerable.Range(0, rows).Select(static i =>
        $$"""{"instruction": "Which number comes after {{i}}?", "input": "", "output": "{{i + 1}}"}""" + "\n")));
}
