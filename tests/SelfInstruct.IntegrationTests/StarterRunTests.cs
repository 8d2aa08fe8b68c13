using System.Text.Json;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;
using SelfInstruct.Tests;
using SelfInstruct.Tests.Novelty;

namespace SelfInstruct.IntegrationTests;

/// <summary>The main job, as a newcomer meets it: offline, with the built-in model.</summary>
public sealed class StarterRunTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 600_000)]
    public async Task The_default_run_leaves_a_hundred_novel_instructions_with_instances_and_continues()
    {
        var run = await RunAsync("a");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(100, run.Json.GetProperty("accepted").GetInt32());
        CheckPool("a", 100);
        CheckTrainingFiles("a", run.Json.GetProperty("rows").GetInt32());
        var state = Json(In("a", "run.json"));
        Assert.Equal("complete", state.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.String, state.GetProperty("finished").ValueKind);

        var completions = File.ReadAllBytes(In("a", "completions.jsonl"));
        var again = await RunAsync("a");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("nothing was left to do", again.Output, StringComparison.Ordinal);
        Assert.Equal(completions, File.ReadAllBytes(In("a", "completions.jsonl")));

        var more = await RunAsync("a", "--instructions", "150");
        Assert.Equal((0, 150), (more.ExitCode, more.Json.GetProperty("accepted").GetInt32()));
        CheckPool("a", 150);
        Assert.Equal(completions, File.ReadAllBytes(In("a", "completions.jsonl"))[..completions.Length]);
    }

    [Fact(Timeout = 600_000)]
    public async Task The_same_seed_gives_the_same_bytes_and_another_does_not()
    {
        await RunAsync("a", "--instructions", "30");
        await RunAsync("b", "--instructions", "30");
        await RunAsync("c", "--instructions", "30", "--seed", "7");
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("a", file)), File.ReadAllBytes(In("b", file)));
            Assert.NotEqual(File.ReadAllBytes(In("a", file)), File.ReadAllBytes(In("c", file)));
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task A_killed_run_completes_as_if_it_had_not_been()
    {
        foreach (var completions in new[] { 5, 60, 140 })
        {
            using var process = CommandLine.Start(null, "run", "--out", _folder.In("killed"));
            await CommandLine.KillAfterLinesAsync(process, In("killed", "completions.jsonl"), completions);
        }

        Assert.Equal(0, (await RunAsync("killed")).ExitCode);
        await RunAsync("whole");
        foreach (var file in new[] { "machine_generated_instructions.jsonl", "all_generated_instances.jsonl" })
        {
            Assert.Equal(File.ReadAllBytes(In("whole", file)), File.ReadAllBytes(In("killed", file)));
        }

        var keys = JsonLines.Read(In("killed", "completions.jsonl"), RunJson.Format.RecordedCompletion).Select(static line => line.Value.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_starter_is_made_from_nothing()
    {
        var run = await CommandLine.RunAsync("pretrain", "--out", _folder.In("starter"), "--steps", "3", "--characters", "60000", "--json");
        Assert.Equal((0, 3), (run.ExitCode, run.Json.GetProperty("steps").GetInt32()));
        var doctor = await CommandLine.RunAsync("doctor", "--model", "local:" + In("starter", "starter.gguf"), "--out", _folder.In("runs"), "--json");
        Assert.Equal(0, doctor.ExitCode);
        Assert.All(doctor.Json.GetProperty("checks").EnumerateArray(), static check => Assert.True(check.GetProperty("ok").GetBoolean()));
    }

    public void Dispose() => _folder.Dispose();

    void CheckPool(string run, int expected)
    {
        var instructions = JsonLines.Read(In(run, "machine_generated_instructions.jsonl"), TaskJson.Format.MachineInstruction).Select(static line => line.Value).ToList();
        Assert.Equal(expected, instructions.Count);
        var novelty = new NoveltyScan();
        foreach (var text in SeedTasks.Load(Repository.In("models", "starter", "seed_tasks.jsonl")).Select(static seed => seed.Instruction).Concat(instructions.Select(static line => line.Instruction)))
        {
            if (instructions.Exists(line => line.Instruction == text))
            {
                Assert.Null(novelty.FindAbove(text));
            }

            novelty.Add(text);
        }

        Assert.Equal(instructions.Select(static line => line.Id), JsonLines.Read(In(run, "is_clf_or_not.jsonl"), TaskJson.Format.ClassificationAnswer).Select(static line => line.Value.Id));
        var withInstances = JsonLines.Read(In(run, "all_generated_instances.jsonl"), TaskJson.Format.GeneratedInstance).Select(static line => line.Value.InstructionId).Distinct().Count();
        Assert.True(withInstances >= expected * 8 / 10, $"{withInstances} of {expected} instructions have instances");
    }

    void CheckTrainingFiles(string run, int rows)
    {
        foreach (var format in new[] { "openai_completions", "openai_chat", "alpaca", "sharegpt", "messages" })
        {
            var lines = File.ReadAllLines(In(run, "finetuning", format + ".jsonl"));
            Assert.Equal(rows, lines.Length);
            Assert.All(lines, static line => JsonDocument.Parse(line).Dispose());
        }
    }

    static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    Task<CommandLine> RunAsync(string name, params string[] options) => CommandLine.RunAsync(["run", "--out", _folder.In(name), "--json", .. options]);

    string In(string run, params string[] parts) => Path.Combine([_folder.In(run), .. parts]);
}
