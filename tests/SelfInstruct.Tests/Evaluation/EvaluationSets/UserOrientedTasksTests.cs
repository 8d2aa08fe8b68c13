using SelfInstruct.Evaluation.EvaluationSets;

namespace SelfInstruct.Tests.Evaluation.EvaluationSets;

public sealed class UserOrientedTasksTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Each_instance_is_a_question()
    {
        var items = Load("""
            {"id":"u0","motivation_app":"Mail","instruction":"Answer.","instances":[{"input":"Hello","output":"Hi"}]}
            {"id":"u1","motivation_app":"Maps","instruction":"Go.","instances":[{"input":"","output":"a"},{"input":"b","output":"c"}]}

            """);
        Assert.Equal(["u0", "u1-0", "u1-1"], items.Select(static item => item.Id));
        Assert.Equal(["Mail", "Maps", "Maps"], items.Select(static item => item.Category));
        Assert.Equal(["Hi"], items[0].References);
    }

    [Fact]
    public void The_originals_file_has_252_in_71_applications()
    {
        var items = UserOrientedTasks.Load(Repository.ConformanceFile("original", "user_oriented_instructions.jsonl"));
        Assert.Equal((252, 71), (items.Length, items.Select(static item => item.Category).Distinct().Count()));
    }

    [Theory]
    [InlineData("{\"motivation_app\":\"a\",\"instruction\":\"i\",\"instances\":[{\"output\":\"o\"}]}", "(1): field id")]
    [InlineData("{\"id\":\"u\",\"instruction\":\"i\",\"instances\":[{\"output\":\"o\"}]}", "(1): field motivation_app")]
    [InlineData("{\"id\":\"u\",\"motivation_app\":\"a\",\"instruction\":\"i\",\"instances\":[{\"input\":\"\"}]}", "instances[0].output")]
    [InlineData("{\"id\":\"u\",\"motivation_app\":\"a\",\"instruction\":\"i\",\"instances\":[]}", "field instances")]
    [InlineData("", "holds no task")]
    public void What_is_missing_is_named(string text, string error) =>
        Assert.Contains(error, Assert.Throws<InvalidDataException>(() => Load(text)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<EvaluationItem> Load(string text) => UserOrientedTasks.Load(_folder.Write("tasks.jsonl", text));
}
