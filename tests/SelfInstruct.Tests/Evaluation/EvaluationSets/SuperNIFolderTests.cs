using SelfInstruct.Evaluation.EvaluationSets;

namespace SelfInstruct.Tests.Evaluation.EvaluationSets;

public sealed class SuperNIFolderTests : IDisposable
{
    const string Task = """
        {"Contributors":["c"],"Categories":["Title Generation"],"Definition":["Name the text."],
        "Positive Examples":[{"input":"A text.","output":"Title","explanation":"why"}],"Negative Examples":[],
        "Instances":[{"id":"x-1","input":"one","output":["A","B"]},{"id":"x-2","input":"two","output":["C"]}],"Instance License":["l"]}
        """;

    // As task files were before Definition became a list and instances got ids.
    const string OldTask = """{"Categories":["Data to Text"],"Definition":"Say it.","Positive Examples":[],"Instances":[{"input":"three","output":"D"}]}""";

    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_a_split_every_task_file_is_read_in_the_order_of_names()
    {
        Write("task2_b.json", OldTask);
        Write("task1_a.json", Task);
        var set = SuperNIFolder.Load(_folder.FolderPath, "test", 100);
        Assert.Equal(["x-1", "x-2", "task2_b-0"], set.Items.Select(static item => item.Id));
        Assert.Equal(["task1_a", "task1_a", "task2_b"], set.Items.Select(static item => item.Task));
        Assert.Equal(["title_generation", "title_generation", "data_to_text"], set.Items.Select(static item => item.Category));
        Assert.Equal(["A", "B"], set.Items[0].References);
        Assert.Equal("Say it.", set.Items[2].Instruction);
        Assert.Equal("A text.", Assert.Single(set.Items[0].Examples).Input);
        Assert.Empty(set.Missing);
    }

    [Fact]
    public void Task_files_may_lie_in_the_folder_itself()
    {
        _folder.Write("task1_a.json", Task);
        Assert.Equal(2, SuperNIFolder.Load(_folder.FolderPath, "test", 100).Items.Length);
    }

    [Fact]
    public void A_split_chooses_the_tasks_and_their_order_and_names_those_that_are_missing()
    {
        Write("task1_a.json", Task);
        Write("task2_b.json", OldTask);
        Write("task3_c.json", OldTask);
        Split("dev", "task2_b\ntask9_z\n\ntask1_a\n");
        var set = SuperNIFolder.Load(_folder.FolderPath, "dev", 100);
        Assert.Equal(["task2_b", "task1_a", "task1_a"], set.Items.Select(static item => item.Task));
        Assert.Equal(["task9_z"], set.Missing);
    }

    [Fact]
    public void The_first_instances_of_a_task_are_taken()
    {
        Write("task1_a.json", Task);
        Assert.Equal(["x-1"], SuperNIFolder.Load(_folder.FolderPath, "test", 1).Items.Select(static item => item.Id));
    }

    [Theory]
    [InlineData("[1]", "task1_a.json: not a task file")]
    [InlineData("{\"Categories\":[\"a\"]}", "task1_a.json: field Definition")]
    [InlineData("{\"Definition\":\"d\"}", "task1_a.json: field Categories")]
    [InlineData("{\"Definition\":\"d\",\"Categories\":[\"a\"],\"Instances\":[]}", "task1_a.json: field Instances")]
    [InlineData("{\"Definition\":\"d\",\"Categories\":[\"a\"],\"Instances\":[{\"input\":\"i\",\"output\":[]}]}", "Instances[0].output")]
    public void A_file_that_is_no_task_is_named(string text, string error)
    {
        Write("task1_a.json", text);
        var fault = Assert.Throws<InvalidDataException>(() => SuperNIFolder.Load(_folder.FolderPath, "test", 100));
        Assert.Contains(error, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_that_is_not_there_and_a_folder_without_its_tasks_are_errors()
    {
        Write("task1_a.json", Task);
        Split("test", "task9_z\n");
        Assert.Contains("dev_tasks.txt", Assert.Throws<InvalidDataException>(() => SuperNIFolder.Load(_folder.FolderPath, "dev", 100)).Message, StringComparison.Ordinal);
        Assert.Contains("none of the 1 tasks", Assert.Throws<InvalidDataException>(() => SuperNIFolder.Load(_folder.FolderPath, "test", 100)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<InvalidDataException>(() => SuperNIFolder.Load(_folder.In("none"), "test", 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_tasks_have_their_published_categories()
    {
        Repository.ConformanceFile("superni", "splits", "default", "test_tasks.txt");
        var set = SuperNIFolder.Load(Path.Combine(Repository.Conformance, "superni"), "test", 100);
        Assert.Equal(8, set.Items.Select(static item => item.Task).Distinct().Count());
        Assert.Equal(111, set.Missing.Length);
        Assert.Equal(800, set.Items.Length);
        Assert.Equal(800, set.Items.Select(static item => item.Id).Distinct().Count());
        Assert.Equal(
            ["coreference_resolution", "data_to_text", "keyword_tagging", "question_rewriting", "textual_entailment", "title_generation"],
            set.Items.Select(static item => item.Category).Distinct().Order());
    }

    public void Dispose() => _folder.Dispose();

    void Write(string name, string text)
    {
        Directory.CreateDirectory(_folder.In("tasks"));
        File.WriteAllText(Path.Combine(_folder.In("tasks"), name), text);
    }

    void Split(string name, string text)
    {
        Directory.CreateDirectory(_folder.In("splits/default"));
        File.WriteAllText(_folder.In($"splits/default/{name}_tasks.txt"), text);
    }
}
