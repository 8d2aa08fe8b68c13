using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Datasets;

public sealed class EncodingTemplatesTests
{
    const string End = "<|endoftext|>";

    [Fact]
    public void There_are_seven_layouts_with_input_and_six_without()
    {
        Assert.Equal(7, EncodingTemplates.WithInput.Distinct().Count());
        Assert.Equal(6, EncodingTemplates.WithoutInput.Distinct().Count());
    }

    [Fact]
    public void Braces_in_a_text_are_no_markers() =>
        Assert.Equal(
            new PromptAndCompletion("Explain {input}\nInput: {instruction}\nOutput:", " yes" + End),
            EncodingTemplates.Encode(new TrainingExample("Explain {input}", "{instruction}", "yes"), EncodingTemplates.WithInput[0], End));

    [Fact]
    public void Every_layout_is_used_over_many_rows()
    {
        var example = new TrainingExample("Do it", "now", "done");
        var seen = Enumerable.Range(0, 500).Select(place => EncodingTemplates.Encode(example, End, new CounterRandom(1, "encode", 0, place)).Prompt).ToHashSet();
        Assert.Equal(7, seen.Count);
    }

    [Theory]
    [InlineData("Sentence: I am here.", "I am here.")]
    [InlineData("Name: Bo\nAge: 4", "Name: Bo\nAge: 4")]
    [InlineData("https://example.org/a", "https://example.org/a")]
    [InlineData("one\n\ntwo", "one\ntwo")]
    [InlineData("12:30", "12:30")]
    public void A_lone_field_name_may_go_from_the_input(string input, string cleaned) =>
        Assert.Equal(cleaned, EncodingTemplates.RemoveLoneFieldName(input));

    [Fact]
    public void Rows_are_encoded_as_by_the_original()
    {
        var compared = 0;
        foreach (var line in File.ReadLines(Repository.ConformanceFile("golden", "d_encode_instance.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.GetProperty("template_index") is { ValueKind: JsonValueKind.Number } index)
            {
                var templates = root.GetProperty("with_input").GetBoolean() ? EncodingTemplates.WithInput : EncodingTemplates.WithoutInput;
                var example = new TrainingExample(Text(root, "instruction"), Text(root, "input"), Text(root, "output"));
                var expected = root.GetProperty("expected");
                Assert.Equal(
                    new PromptAndCompletion(Text(expected, "prompt"), Text(expected, "completion")),
                    EncodingTemplates.Encode(example, templates[index.GetInt32()], End));
                compared++;
            }
        }

        Assert.True(compared > 1000);
    }

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
