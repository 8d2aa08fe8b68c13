using System.Collections.Immutable;
using System.Text;
using SelfInstruct.Cli;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.LocalModels.Training;
using SelfInstruct.Models;
using SelfInstruct.Tasks;
using SelfInstruct.Tests.LocalModels;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Seed tasks, data sets in every form, what other programs leave.</summary>
static class DatasetTargets
{
    const string Seeds = """
        {"id":"seed_task_0","name":"sort","instruction":"Sort the words.","instances":[{"input":"b a","output":"a b"}],"is_classification":false}

        {"id":"seed_task_1","name":"mood","instruction":"Is it kind?","instances":[{"input":"Well done","output":"yes"},{"input":"","output":"no"}],"is_classification":true}
        """;

    const string Fields = """
        {"instruction":"Sort the words.","input":"b a","output":"a b","id":"1"}
        {"instruction":"Say hello.","input":"","output":"Hello","id":2}
        """;

    const string Array = """[{"instruction":"Sort.","input":"b a","output":"a b"}, {"instruction":"Greet.","input":null,"output":["Hello","Hi"]}]""";
    const string Prompts = """{"prompt":"Sort: b a\n\n","completion":" a b<|endoftext|>"}""";
    const string Messages = """{"messages":[{"role":"system","content":"Be short."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}""";
    const string ShareGpt = """{"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"}]}""";
    const string Raw = """{"instruction":"Sort.","raw_instances":"Come up with examples\nTask: Sort.\nInput: b a\nOutput: a b","instance_metadata":{"response":{"choices":[{"finish_reason":"stop"}]}}}""";
    const string Labelled = """{"instruction":"Is it kind?","instance":"Well done","class_label":"yes"}""";
    const string Answers = """{"instruction":"Sort.","is_classification":" No"}""";
    const string Instructions = """{"instruction":"Sort.","most_similar":{"Order.":0.5},"avg_similarity_score":0.1,"metadata":{"response":null},"request_idx":3}""";
    const string Provenance = """
        {"split":"train","line":1,"row":0,"instruction":"Sort the words.","input":"b a","id":"1","instruction_id":"1","is_classification":false}
        {"split":"train","line":2,"row":1,"instruction":"Say hello.","input":""}
        """;

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfFile("seed tasks", InputForm.Json, "seeds.jsonl", static path => SeedTasks.Load(path).Length, Seeds),
        FuzzTarget.OfFile("rows of a data set", InputForm.Json, "rows.jsonl", static path => DatasetFile.Read(path).Sum(static row => 1 + (row.Id?.Length ?? 0)), Fields, Array, Seeds, Prompts, Messages, ShareGpt),
        FuzzTarget.OfFile("rows to train on", InputForm.Json, "rows.json", EncodeRows, Fields, Prompts, Messages, ShareGpt, $"[{Messages},{ShareGpt}]"),
        FuzzTarget.OfFile("files of other programs", InputForm.Json, "foreign.jsonl", Import, Fields, Array, Raw, Labelled, Answers, Instructions, Prompts),
        FuzzTarget.OfFile("CSV", InputForm.Text, "rows.csv", static path => CsvRows.Read(path).Count(), "instruction,input,output\nSort.,\"b, a\",\"a\n\"\"b\"\"\"\nGreet.,,Hello\n", "output;instruction\r\n", "\uFEFFoutput,instruction,x\r\n1,2,3\r\n"),
        Export("provenance of an export", static (workplace, bytes) => (bytes, Encoding.UTF8.GetBytes(Fields)), Provenance),
        Export("rows of an export", static (workplace, bytes) => (Encoding.UTF8.GetBytes(Provenance), bytes), Fields, "{\"prompt\":\"Sort the words.\",\"completion\":\"x\"}\n" + Messages),
        FuzzTarget.OfFile("recorded completions to replay", InputForm.Json, "replay.jsonl", Replay, "{\"text\":\"1. Sort.\",\"finish_reason\":\"stop\"}\n{\"text\":null}", """{"text":"x","finish_reason":null}"""),
    ];

    static int EncodeRows(string path) => FinetuningData.Encode(FinetuningData.Read(path), InferenceModels.Vocabulary, new FinetuningOptions()).Count;

    /// <summary>As `import` does.</summary>
    static int Import(string path)
    {
        var first = JsonObjects.Read(path).FirstOrDefault() ?? throw new InvalidDataException($"{path}: is empty.");
        var kind = ForeignFile.Recognize(first.Object, first.Place);
        var length = 0;
        foreach (var line in JsonObjects.Read(path))
        {
            length += line.Text("instruction").Length;
            length += kind.ConvertAt(line) is { } converted ? JsonLines.ToLine(converted, TaskJson.Format.JsonObject).Length : 0;
        }

        return length;
    }

    static FuzzTarget Export(string name, Func<Workplace, byte[], (byte[] Provenance, byte[] Rows)> files, params IEnumerable<string> seeds) => new(
        name, InputForm.Json, FuzzTarget.Bytes(seeds),
        workplace => bytes =>
        {
            var (provenance, rows) = files(workplace, bytes);
            workplace.Put(DatasetExport.ProvenanceName, provenance);
            workplace.Put(Path.Combine("data", "train-00000-of-00001.jsonl"), rows);
            return ExportReading.Read(workplace.FolderPath).Length;
        },
        static error => error is InvalidDataException && (error.Message.Contains("train-", StringComparison.Ordinal) || error.Message.Contains(DatasetExport.ProvenanceName, StringComparison.Ordinal)));

    static int Replay(string path)
    {
        using var model = new ReplayModel(path);
        var request = new CompletionRequest("", new Sampling(0, 1, 0, 0, 1, [], 0));
        var count = 0;
        try
        {
            while (true)
            {
                count += 1 + model.CompleteAsync(request, CancellationToken.None).GetAwaiter().GetResult().Text.Length;
            }
        }
        catch (ModelException)
        {
            return count;
        }
    }
}
