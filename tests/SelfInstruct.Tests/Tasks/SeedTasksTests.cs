using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Tasks;

public sealed class SeedTasksTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_seed_file_in_the_original_s_schema_is_read()
    {
        var seed = Assert.Single(Load("""{"id":"s","name":"n","instruction":"Do.","instances":[{"input":"a","output":"b"}],"is_classification":true}"""));
        Assert.Equal(("s", "n", "Do.", true), (seed.Id, seed.Name, seed.Instruction, seed.IsClassification));
        Assert.Equal([new Instance("a", "b")], seed.Instances);
    }

    [Fact]
    public void The_original_s_own_seed_tasks_are_read() =>
        Assert.Equal(175, SeedTasks.Load(Repository.ConformanceFile("original", "seed_tasks.jsonl")).Length);

    [Theory]
    [InlineData("""{"id":"s","instances":[{"output":"b"}],"is_classification":true}""", "(2): field instruction is missing")]
    [InlineData("""{"id":"s","instruction":"Do.","instances":[],"is_classification":true}""", "(2): field instances is missing or empty")]
    [InlineData("""{"id":"s","instruction":"Do.","instances":[{"input":"a","output":""}],"is_classification":true}""", "(2): field instances[0].output is missing")]
    [InlineData("""{"id":"s","instruction":"Do.","instances":[{"output":"b"}]}""", "(2): field is_classification is missing")]
    [InlineData("""{"id":"s","instruction":5,"instances":[{"output":"b"}]}""", "(2): field instruction has the wrong type")]
    [InlineData("""{"id":"first","instruction":"Do.","instances":[{"output":"b"}],"is_classification":false}""", "(2): field id repeats \"first\"")]
    [InlineData("not json", "(2): not a valid JSON object")]
    public void A_bad_line_is_named_with_its_field(string line, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(
            """{"id":"first","instruction":"Do.","instances":[{"output":"b"}],"is_classification":false}""" + "\n" + line));
        Assert.Contains("seeds.jsonl" + message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_empty_file_is_an_error()
    {
        Assert.Contains("no such file", Assert.Throws<InvalidDataException>(() => SeedTasks.Load(_folder.In("none.jsonl"))).Message, StringComparison.Ordinal);
        Assert.Contains("holds no seed task", Assert.Throws<InvalidDataException>(() => Load("\n\n")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<SeedTask> Load(string text) => SeedTasks.Load(_folder.Write("seeds.jsonl", text));
}
