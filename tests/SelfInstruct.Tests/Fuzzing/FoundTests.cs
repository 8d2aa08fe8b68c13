using System.Text;
using SelfInstruct.Answers;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Inputs that once ended in something else than words, as small as they could be had.</summary>
public sealed class FoundTests
{
    [Theory]
    [InlineData("annotators.json", """{"secret":"0f","annotators":[null]}""")]
    [InlineData("annotators.json", """{"secret":"0f","annotators":[{"name":"","is_lead":true,"token_hashes":["0"]}]}""")]
    [InlineData("predictions", """{"id":"\ud800","prediction":""}""")]
    [InlineData("files of other programs", """{"instance":"","instance":""}""")]
    [InlineData("files of other programs", """{"\ud800":1}""")]
    [InlineData("files of other programs", """{"instruction":"","raw_instances":"","x":["\ud800"]}""")]
    [InlineData("completions.jsonl", """{"key":"13d953d71f2dc010800a4365974ddb92","finish_reason":"","usage":{"prompt_tokens":3,"completion_tokens":4},"stage":""}""" + "\n")]
    [InlineData("completions.jsonl", """{"key":"k","finish_reason":"","usage":{"prompt_tokens":3,"completion_tokens":4},"stage":"\ud800"}""" + "\n")]
    [InlineData("rows of an export", "[]")]
    [InlineData("rows of an export", "{\"prompt\":\"Sort the words.\",\"completion\":\"\"}\nnull")]
    [InlineData("provenance of an export", """{"split":"\u0000","line":1,"row":0,"instruction":"","input":""}""")]
    [InlineData("provenance of an export", """{"split":"../x","line":1,"row":0,"instruction":"","input":""}""")]
    [InlineData("a run that is watched", """{"instruction":"","most_similar":{"":1e400}}""" + "\n")]
    [InlineData("listings of the hub", """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[null]}""")]
    [InlineData("errors in other words", """{"error":"\ud800"}""")]
    [InlineData("errors in other words", """{"error":{"\ud800":1}}""")]
    [InlineData("errors in other words", """{"error":{"message":"\ud800"}}""")]
    [InlineData("answers of chat models", "200\n\n{\"choices\":[{\"message\":{\"content\":\"\\ud83d\"}}]}")]
    [InlineData("results of batches", """{"response":{"status_code":400,"body":{"error":{"\ud800":1}}}}""")]
    [InlineData("instances, modern", """{"input":"\ud800","output":""}""")]
    [InlineData("raw instances", """{"instruction":"","raw_instances":"","instance_metadata":{"completion":"\ud800"}}""")]
    [InlineData("Super-NaturalInstructions", """{"Categories":[""],"Definition":"","Instances":[{"input":"","output":["\ud800"]}]}""")]
    [InlineData("Super-NaturalInstructions", """{"Categories":[""],"Definition":[""],"Instances":[null]}""")]
    [InlineData("settings", ":\n{\nd")]
    [InlineData("settings", "&a [*a]: 8")]
    [InlineData("settings", "instructions: &a {x: *a}")]
    [InlineData("prices", ": {\ni")]
    public void What_once_crashed_is_read_or_refused_in_words(string name, string input)
    {
        var target = FuzzTargets.Find(name);
        using var workplace = new Workplace();
        var read = target.Open(workplace);
        var error = Record.Exception(() => read(Encoding.UTF8.GetBytes(input)));
        Assert.True(error is null || target.Promised(error), error?.ToString());
    }

    /// <summary>It was an overflow of the stack, which nothing catches.</summary>
    [Theory]
    [InlineData("settings", "[")]
    [InlineData("settings", "{a: ")]
    [InlineData("prices", "- ")]
    public void YAML_that_nests_without_end_is_refused_with_its_place(string name, string open)
    {
        using var workplace = new Workplace();
        var read = FuzzTargets.Find(name).Open(workplace);
        var error = Assert.Throws<InvalidDataException>(() => read(Encoding.UTF8.GetBytes("quality: " + string.Concat(Enumerable.Repeat(open, 20_000)))));
        Assert.Contains("(1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_of_a_list_is_read_as_the_list()
    {
        var document = Assert.Single(YamlFile.Read(new StringReader("a: &x [1, 2]\nb: *x\n"), "file"));
        Assert.Equal(document.RootNode["a"], document.RootNode["b"]);
    }

    [Theory]
    [InlineData("""[{"output":"a\ud83d"}]""", "a\ufffd")]
    [InlineData("""[{"output":"\ud83d\ude00 \\ud83d"}]""", "\ud83d\ude00 \\ud83d")]
    public void Half_a_character_in_an_answer_stands_for_none(string answer, string text) =>
        Assert.Equal(text, JsonAnswer.FindText(Assert.Single(JsonAnswer.ReadItems(answer)), "output"));
}
