using System.Text.Json.Nodes;
using SelfInstruct.Tasks;
using SelfInstruct.Tests.Originals;

namespace SelfInstruct.Tests.Tasks;

public sealed class ForeignFileTests
{
    [Theory]
    [InlineData("{\"instruction\":\"Name a bird\",\"raw_instances\":\"Output: wren\",\"instance_metadata\":[]}", "raw instances")]
    [InlineData("{\"instruction\":\"Name a bird\",\"input\":\"\",\"output\":\"wren\"}", "instances")]
    [InlineData("{\"instruction\":\"Name a bird\",\"output\":\"wren\",\"most_similar_instructions\":{},\"avg_similarity_score\":0.1}", "instances")]
    [InlineData("{\"instruction\":\"Name a bird\",\"is_classification\":\" No\"}", "classification answers")]
    [InlineData("{\"instruction\":\"Name a bird\",\"most_similar\":{},\"metadata\":{\"response\":\"Name a bird\"},\"request_idx\":0}", "instructions")]
    [InlineData("{\"instruction\":\"Is it a bird?\",\"instance\":\"wren\",\"is_classification\":\"Yes\",\"class_label\":\"bird\"}", "labelled instances")]
    public void A_kind_is_recognised_by_its_fields(string line, string kind) => Assert.Equal(kind, Recognize(line).Kind);

    [Theory]
    [InlineData("{\"prompt\":\"Name a bird\\n\",\"completion\":\"wren\"}", "already laid out for training")]
    [InlineData("{\"messages\":[]}", "conversations")]
    [InlineData("{\"id\":\"s\",\"instruction\":\"Name a bird\",\"instances\":[],\"is_classification\":false}", "--seed-tasks")]
    [InlineData("{\"question\":\"Which bird?\",\"answer\":\"wren\"}", "has the fields question, answer")]
    public void Another_is_refused_with_the_reason(string line, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Recognize(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_repeated_prompt_goes_from_raw_instances()
    {
        var line = Parse("{\"instruction\":\"Name a bird\",\"raw_instances\":\"Make examples.\\n\\nTask: Name a tree\\nOutput: elm\\n\\nTask: Name a bird\\nOutput: wren\"}");
        Assert.Equal("Output: wren", ForeignFile.Recognize(line, "x").Convert(line)!["raw_instances"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("runs/alice/machine_generated_instances.jsonl", "raw instances")]
    [InlineData("runs/alice/is_clf_or_not_davinci_template_1.jsonl", "classification answers")]
    [InlineData("runs/alice/all_generated_instances.jsonl", "instances")]
    [InlineData("runs/eztable_gpt/machine_generated_instructions.jsonl", "instructions")]
    [InlineData("runs/llama3_kissshhot/machine_generated_instructions.jsonl", "instructions")]
    [InlineData("runs/falcon/machine_generated_instructions.jsonl", "instructions")]
    [InlineData("runs/falcon/machine_generated_instances.jsonl", "raw instances")]
    [InlineData("runs/leadawon/machine_generated_instances.jsonl", "raw instances")]
    [InlineData("runs/leadawon/machine_generated_instances_v1.jsonl", "raw instances")]
    [InlineData("runs/gpt4o_auto_instruct/is_clf_or_not_gpt-4o_template_1.jsonl", "classification answers")]
    [InlineData("runs/gpt4o_auto_instruct/machine_generated_instances_early.jsonl", "labelled instances")]
    public void Every_line_of_a_published_run_is_taken(string file, string kind)
    {
        var lines = JsonLines.Read(Repository.ConformanceFile(file.Split('/')), TaskJson.Format.JsonObject).Select(static line => line.Value).ToList();
        var recognized = ForeignFile.Recognize(lines[0], file);
        Assert.Equal(kind, recognized.Kind);
        Assert.Equal(lines.Count, lines.Count(line => recognized.Convert(line) is not null));
        Golden.Report(file, lines.Count);
    }

    [Fact]
    public void The_run_that_repeats_its_prompts_is_freed_of_them()
    {
        var lines = JsonLines.Read(Repository.ConformanceFile("runs", "falcon", "machine_generated_instances.jsonl"), TaskJson.Format.JsonObject).Select(static line => line.Value).ToList();
        Assert.All(lines, static line => Assert.InRange(ForeignFile.Recognize(line, "falcon").Convert(line)!["raw_instances"]!.GetValue<string>().Length, 0, 600));
    }

    static ForeignFile Recognize(string line) => ForeignFile.Recognize(Parse(line), "file(1)");

    static JsonObject Parse(string line) => JsonNode.Parse(line)!.AsObject();
}
