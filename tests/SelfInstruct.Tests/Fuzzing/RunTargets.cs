using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SelfInstruct.Answers;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Review;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>The files of a run folder, which crashes, other programs and people change.</summary>
static class RunTargets
{
    static readonly CompletionRequest Request = new("Sort.", new Sampling(0.7, 0.5, 0, 2, 64, ["\n"], 5)) { Origin = new RequestOrigin("instructions", 0, 0, 0) };

    static readonly string Completion = Encoding.UTF8.GetString(JsonLines.ToLine(
        new RecordedCompletion(CompletionLog.KeyOf("scripted", Request), "Sort.", Request.Sampling, "1. Order.", "stop", new TokenUsage(3, 4), "scripted", "instructions", 0, 0, 0, DateTimeOffset.UnixEpoch), RunJson.Format.RecordedCompletion));

    const string Instructions = """
        {"instruction":"Sort.","most_similar":{"Order.":0.5},"avg_similarity_score":0.1,"metadata":{"model":"m","completion":"k","finish_reason":"stop","slot":0},"request_idx":0,"id":"instruction_0","round":0}
        {"instruction":"Greet.","request_idx":1,"id":"instruction_1","round":1,"instance":{"input":"","output":"Hi"}}

        """;

    const string Rejected = """
        {"stage":"instructions","text":"Sort","rule":"not_novel","neighbour":"Sort.","score":0.9,"completion":"k","round":1}
        {"stage":"instances","text":"x","rule":"empty","round":0}

        """;

    const string Instances = """{"instruction":"Sort.","input":"b a","output":"a b","id":"i.0","instruction_id":"i","is_classification":false}""" + "\n";

    const string RawInstances = """
        {"instruction":"Sort.","raw_instances":"Example 1\nInput: b a\nOutput: a b\nExample 2\nInput: d c\nOutput: c d","instance_metadata":{"model":"m","completion":"k","finish_reason":"length"},"id":"instruction_0"}
        {"instruction":"Is it kind?","raw_instances":"Class label: yes\nInput: Well done","instance_metadata":{"response":{"choices":[{"finish_reason":"stop"}]}},"most_similar":{"a":0.5},"avg_similarity_score":0.2}
        """;

    static readonly string State = JsonSerializer.Serialize(
        new RunState("stopped", "1", "starter", "paper", 42, "seeds.jsonl", "00", "00", 100, DateTimeOffset.UnixEpoch, 1.5, RunCounts.Empty, Quirks: new(StringComparer.Ordinal) { ["http://a"] = ["no_seed"] }), RunJson.Format.RunState);

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfFile("completions.jsonl", InputForm.Json, "completions.jsonl", ReadCompletions, Completion + Completion.Replace("\"instructions\"", "\"instances\"", StringComparison.Ordinal)) with { Share = 0.5 },
        FuzzTarget.OfFile("batches.jsonl", InputForm.Json, "batches.jsonl", ReadBatches, """
            {"batch":"b1","at":"2026-11-27T12:00:00+00:00","endpoint":"/v1/completions","keys":["k1","k2"]}
            {"batch":"b1","at":"2026-11-27T12:00:00+00:00","batch_id":"batch_1","input_file_id":"file_1"}
            {"batch":"b1","at":"2026-11-27T12:00:00+00:00","status":"completed","answered":2}

            """) with { Share = 0.5 },
        OfFolder("pool of a run", "machine_generated_instructions.jsonl", Instructions),
        OfFolder("rejections of a run", "rejected.jsonl", Rejected),
        OfFolder("classification answers of a run", "is_clf_or_not.jsonl", """{"instruction":"Sort.","is_classification":" No","id":"instruction_0"}""" + "\n"),
        OfFolder("instances of a run", "all_generated_instances.jsonl", Instances),
        OfFolder("run.json", "run.json", State),
        OfFolder("run.yaml", "run.yaml", SelfInstructSettings.ToYaml(new SelfInstructOptions())) with { Form = InputForm.Yaml, Share = 0.2 },
        FuzzTarget.OfFile("raw instances", InputForm.Json, "machine_generated_instances.jsonl", ReadRawInstances, RawInstances),
        FuzzTarget.OfFile("rounds of a run that continues", InputForm.Json, "machine_generated_instructions.jsonl", Recover, Instructions) with { Share = 0.3 },
        Watch(),
        FuzzTarget.OfFile("annotators.json", InputForm.Json, "annotators.json", ReadAnnotators, $$"""{"secret":"00ff","annotators":[{"name":"ann","is_lead":true,"token_hashes":["{{new string('0', 64)}}"]}]}"""),
    ];

    static int ReadCompletions(string path) => ReadCompletionsAsync(path).GetAwaiter().GetResult();

    static async Task<int> ReadCompletionsAsync(string path)
    {
        var completions = await CompletionLog.OpenAsync(
            JsonLinesLog.Open(path, CompletionLog.KeyField), new ScriptedModel(static _ => "new"), TimeProvider.System, null, CancellationToken.None);
        await using (completions)
        {
            var answer = await completions.CompleteAsync(Request, CancellationToken.None);
            return completions.Calls + answer.Text.Length;
        }
    }

    static int ReadBatches(string path)
    {
        using var log = new BatchLog(path);
        return log.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Length;
    }

    /// <summary>One file of a folder that is whole but for it.</summary>
    static FuzzTarget OfFolder(string name, string file, string seed) => new(
        name, InputForm.Json, FuzzTarget.Bytes([seed]),
        workplace =>
        {
            workplace.Put("machine_generated_instructions.jsonl", Instructions);
            workplace.Put("all_generated_instances.jsonl", Instances);
            workplace.Put("rejected.jsonl", Rejected);
            workplace.Put("run.json", State);
            workplace.Put("run.yaml", "instructions:\n  target: 10\n");
            using var folder = RunFolder.Look(workplace.FolderPath);
            return bytes =>
            {
                workplace.Put(file, bytes);
                using var look = RunFolder.Look(workplace.FolderPath);
                var data = RunDataset.Read(look);
                return 1 + data.Acceptance!.Rounds.Length + look.CountCompletions() + (look.TryReadState()?.Target ?? 0) + SelfInstructSettings.FindDifferences(new SelfInstructOptions(), look.Configuration).Length;
            };
        },
        error => error is InvalidDataException && error.Message.Contains(file, StringComparison.Ordinal));

    static int ReadRawInstances(string path)
    {
        var lines = JsonLines.Read(path, TaskJson.Format.MachineInstances).Select(static line => line.Value).ToList();
        var count = 0;
        foreach (var reading in InstanceReading.All)
        {
            var selection = new InstanceSelection(new InstanceOptions { Reading = reading }, new Randomness(RandomnessKind.Counter, 1), AnswerContext.None);
            for (var i = 0; i < lines.Count; i++)
            {
                var selected = selection.Select(i, lines[i], isClassification: i % 2 == 1);
                count += selected.Kept.Length + selected.Rejected.Length;
            }
        }

        return count;
    }

    static int Recover(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        File.WriteAllText(Path.Combine(folder, "rejected.jsonl"), Rejected);
        using var look = RunFolder.Look(folder);
        var rounds = RecoveredRounds.Open(look, new InstructionOptions { Target = 5 });
        return rounds.Accepted.Length + rounds.NextRound;
    }

    /// <summary>A page that shows a run is shown something, whatever the files hold.</summary>
    static FuzzTarget Watch() => new(
        "a run that is watched", InputForm.Json, FuzzTarget.Bytes([Instructions, Rejected]),
        static workplace => bytes =>
        {
            workplace.Put("machine_generated_instructions.jsonl", bytes);
            workplace.Put("rejected.jsonl", bytes);
            workplace.Put("completions.jsonl", bytes);
            return JsonSerializer.SerializeToUtf8Bytes(new RunWatch(workplace.FolderPath, TimeProvider.System).Look(), ReviewMessages.Format.RunSnapshot).Length;
        },
        static _ => false, Share: 0.5);

    static int ReadAnnotators(string path)
    {
        var annotators = Annotators.Open(path);
        return annotators.Secret.Length + annotators.All.Length + (annotators.Find("token") is null ? 1 : 2);
    }
}
