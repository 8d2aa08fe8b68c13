using System.Text.Json;
using SelfInstruct.Instances;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instances;

public sealed class InstanceParserTests
{
    [Fact]
    public void Examples_are_read_as_pairs() =>
        Assert.Equal(
            [new Instance("1 2", "3"), new Instance("2 3", "5")],
            InstanceParser.ParseInputFirst("Example 1\nInput: 1 2\nOutput: 3\nExample 2\nInput: 2 3\nOutput: 5\n\n"));

    [Fact]
    public void An_output_alone_has_an_empty_input() =>
        Assert.Equal([new Instance("", "Hello.\nBye.")], InstanceParser.ParseInputFirst("Output: Hello.\nBye.\n"));

    [Fact]
    public void An_input_keeps_a_field_name_of_its_own() =>
        Assert.Equal([new Instance("Sentence: Hi", "Hallo")], InstanceParser.ParseInputFirst("Sentence: Hi\nOutput: Hallo"));

    [Fact]
    public void A_second_pair_without_a_number_does_not_run_into_the_first() =>
        Assert.Equal([new Instance("a", "b")], InstanceParser.ParseInputFirst("Input: a\nOutput: b\nInput: c\nOutput: d"));

    [Fact]
    public void Text_without_example_or_output_holds_no_instance() =>
        Assert.Empty(InstanceParser.ParseInputFirst("I do not understand."));

    [Fact]
    public void Labels_come_first_for_classification() =>
        Assert.Equal(
            [new Instance("I like it.", "positive"), new Instance("It broke.\nTwice.", "negative"), new Instance("", "mixed")],
            InstanceParser.ParseOutputFirst("Class label: positive\nInput: I like it.\nClass label: negative\nIt broke.\nTwice.\nClass label: mixed"));

    [Fact]
    public void Real_completions_of_input_first_prompts_parse_as_in_the_original()
    {
        var (compared, differing) = (0, 0);
        foreach (var line in File.ReadLines(Repository.ConformanceFile("golden", "c_parse_instances.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.GetProperty("raw_instances") is { ValueKind: JsonValueKind.String } raw
                && root.GetProperty("generation").TryGetProperty("expected_sorted", out var expected)
                && root.GetProperty("source").GetString() is not "hand_made")
            {
                var parsed = InstanceParser.ParseInputFirst(raw.GetString()!);
                var kept = InstanceRules.Filter(parsed, root.GetProperty("finish_reason").ValueEquals("length")).Kept;
                var ours = kept.Select(static instance => (instance.Input, instance.Output)).Order();
                var theirs = expected.EnumerateArray().Select(static triple => (triple[1].GetString()!, triple[2].GetString()!)).Order();
                compared++;
                differing += ours.SequenceEqual(theirs) ? 0 : 1;
            }
        }

        // Python's white space and ours differ in a few control characters; exactness is the profile `released`.
        Assert.True(compared > 1000 && differing * 200 <= compared, $"{differing} of {compared} differ");
    }
}
