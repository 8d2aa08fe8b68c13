using System.Text.Json;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Datasets.Exports;

public sealed class ExportRowsTests : IDisposable
{
    const string Bird = """{"instruction":"Name a bird.","input":"","output":"wren"}""";
    const string Tree = """{"instruction":"Name a tree.","input":"","output":"elm"}""";

    readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_row_without_instance_is_a_seed_task_only_where_the_run_has_that_seed_task()
    {
        WriteRun(instance: Bird, rows: [Bird, Tree]);
        using var folder = RunFolder.Look(_folder.FolderPath);
        Assert.Equal([("i0.0", false), (null, true)], ExportRows.Read(folder, 1).Select(static row => (row.Id, row.IsSeedTask)));

        // The instance was edited after `prepare`: its old text is in the files still, and no person wrote it.
        WriteRun(instance: Bird.Replace("wren", "robin", StringComparison.Ordinal), rows: [Tree, Bird]);
        var message = Assert.Throws<InvalidDataException>(() => ExportRows.Read(folder, 1)).Message;
        Assert.Contains("alpaca.jsonl(2): is no row of all_generated_instances.jsonl", message, StringComparison.Ordinal);
        Assert.Contains("run `prepare` again", message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_folder_without_its_seed_tasks_no_more_rows_are_of_people_than_there_were_seed_tasks()
    {
        WriteRun(instance: Bird, rows: [Bird, Tree]);
        File.Delete(_folder.In("seeds.jsonl"));
        using (var held = RunFolder.Open(_folder.FolderPath))
        {
            held.WriteState(new RunState("complete", "1.0", "m:1", "paper", 42, "seeds.jsonl", "ab", "cd", 6, DateTimeOffset.UnixEpoch, 1, RunCounts.Empty with { Seeds = 1 }));
        }

        using var folder = RunFolder.Look(_folder.FolderPath);
        Assert.Equal([false, true], ExportRows.Read(folder, 1).Select(static row => row.IsSeedTask));
        WriteRun(instance: Bird.Replace("wren", "robin", StringComparison.Ordinal), rows: [Tree, Bird]);
        File.Delete(_folder.In("seeds.jsonl"));
        Assert.Contains("more than the run had seed tasks", Assert.Throws<InvalidDataException>(() => ExportRows.Read(folder, 1)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    void WriteRun(string instance, string[] rows)
    {
        Directory.CreateDirectory(_folder.In("finetuning"));
        _folder.Write("run.yaml", "seed_tasks: seeds.jsonl\n");
        _folder.Write("seeds.jsonl", """{"id":"s","instruction":"Name a tree.","instances":[{"input":"","output":"elm"}],"is_classification":false}""" + "\n");
        _folder.Write("all_generated_instances.jsonl", instance.Replace("}", ",\"id\":\"i0.0\"}", StringComparison.Ordinal) + "\n");
        _folder.Write("finetuning/alpaca.jsonl", string.Concat(rows.Select(static row => row + "\n")));
        _folder.Write("finetuning/openai_completions.jsonl", string.Concat(rows.Select(static row => JsonSerializer.Serialize(new { prompt = row, completion = "x" }) + "\n")));
    }
}
