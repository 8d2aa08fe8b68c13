using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Datasets;

public sealed class DatasetRowTests
{
    [Fact]
    public void Every_exported_format_is_read_back()
    {
        var example = new TrainingExample("Say hello.", "to Bob", "Hello, Bob.");
        var row = new TrainingRow(example, new PromptAndCompletion("Say hello.\nto Bob\n\n", "Hello, Bob.<|endoftext|>"));
        foreach (var format in ExportFormat.All)
        {
            var read = Parse(format.Render(row).GetRawText());
            Assert.Equal("assistant", read.Turns[^1].Role);
            Assert.Equal("Hello, Bob.", read.Turns[^1].Content);
            Assert.Contains("to Bob", read.Turns[0].Content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_laid_out_prompt_stays_as_it_is()
    {
        var row = Parse("""{"prompt": " a\n\n", "completion": " b\n"}""");
        Assert.Equal([new TextPiece(" a\n\n", false), new TextPiece(" b\n", true)], row.Encode(Random(0)));
    }

    [Fact]
    public void Fields_get_one_of_the_papers_layouts_by_a_seeded_draw()
    {
        var row = Parse("""{"instruction": "Add.", "input": "1 2", "output": "3"}""");
        Assert.Equal(row.Encode(Random(1)), row.Encode(Random(1)));
        var prompts = Enumerable.Range(0, 60).Select(i => row.Encode(Random(i))[0].Text).ToHashSet();
        Assert.Equal(EncodingTemplates.WithInput.Length, prompts.Count);
        Assert.All(prompts, static prompt => Assert.Contains("1 2", prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_answer_of_a_conversation_is_learned()
    {
        var row = Parse("""
            {"conversations": [{"from": "system", "value": "Be brief."}, {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"},
             {"from": "human", "value": "Bye"}, {"from": "gpt", "value": "Ciao"}]}
            """);
        Assert.Equal(
            [new TextPiece("Be brief.\n\n", false), new TextPiece("Hi\n\n", false), new TextPiece("Hello", true), new TextPiece("Bye\n\n", false), new TextPiece("Ciao", true)],
            row.Encode(Random(0)));
    }

    [Theory]
    [InlineData("""{"text": "a"}""", "has the fields text")]
    [InlineData("""{"prompt": 1, "completion": "b"}""", "prompt is not a text")]
    [InlineData("""{"completion": "b"}""", "prompt is missing")]
    [InlineData("""{"messages": []}""", "not a list of turns")]
    [InlineData("""{"messages": [1]}""", "turn 1 is not an object")]
    [InlineData("""{"messages": [{"role": "tool", "content": "x"}]}""", "role is tool")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}]}""", "ends with a turn of user")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "x"}, {"role": "assistant", "content": "x"}]}""", "system turn behind the first")]
    [InlineData("""{"messages": [{"role": "user", "content": null}, {"role": "assistant", "content": "x"}]}""", "content is missing")]
    [InlineData("""{"prompt": "a", "prompt": "b", "completion": "c"}""", "Mend that object")]
    public void A_row_that_cannot_be_learned_from_is_refused_with_its_place(string json, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Parse(json));
        Assert.StartsWith("data.jsonl(7)", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    static DatasetRow Parse(string json) => DatasetRow.Parse(JsonSerializer.Deserialize<JsonObject>(json)!, "data.jsonl(7)");

    static CounterRandom Random(int slot) => new(1, "test", 0, slot);
}
