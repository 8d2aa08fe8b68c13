using SelfInstruct.Cli;

namespace SelfInstruct.Tests;

public sealed class OutputFilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void New_names_in_a_folder_that_is_there_are_taken() =>
        OutputFiles.CheckNew([("--out", _folder.In("a.jsonl")), ("--report", _folder.In("b.jsonl"))]);

    [Theory]
    [InlineData("a.jsonl", "--report a.jsonl: is there already")]
    [InlineData(".", "is there already")]
    [InlineData("new.jsonl", "another file of this command has that name")]
    [InlineData("./NEW.jsonl", "another file of this command has that name")]
    [InlineData("none/b.jsonl", "its folder is not there")]
    [InlineData("", "--report names no file")]
    public void What_would_be_written_over_or_cannot_be_written_is_refused(string report, string error)
    {
        _folder.Write("a.jsonl", "kept");
        var path = report.Length == 0 ? "" : _folder.In(report);
        var message = Assert.Throws<InvalidDataException>(() => OutputFiles.CheckNew([("--out", _folder.In("new.jsonl")), ("--report", path)])).Message;
        Assert.Contains(error, message.Replace(_folder.FolderPath + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a7\"", "a7")]
    [InlineData("5", "5")]
    [InlineData("1.50", "1.50")]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[1]", null)]
    public void An_id_is_a_text_or_a_number_as_it_is_written(string id, string? expected)
    {
        var path = _folder.Write("rows.jsonl", $"{{\"id\":{id},\"instruction\":\"Name a bird.\",\"output\":\"wren\"}}\n");
        Assert.Equal(expected, Assert.Single(DatasetFile.Read(path)).Id);
    }

    public void Dispose() => _folder.Dispose();
}
