using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class LossLogTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    string LogPath => folder.In("loss.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_continues_takes_back_what_came_after_its_checkpoint()
    {
        Write(1, 2, 3, 4);
        var whole = File.ReadAllLines(LogPath);
        Write(3, 4);
        Assert.Equal(whole, File.ReadAllLines(LogPath));
        Write(2);
        Assert.Equal(whole[..2], File.ReadAllLines(LogPath));
    }

    [Fact]
    public void A_torn_last_line_is_forgotten()
    {
        Write(1, 2);
        var whole = File.ReadAllText(LogPath);
        File.WriteAllText(LogPath, whole + "{\"step\":3,\"lo");
        Write(3);
        Assert.Equal(whole, File.ReadAllText(LogPath)[..whole.Length]);
        Assert.Equal(3, File.ReadAllLines(LogPath).Length);
    }

    [Fact]
    public void A_file_that_is_no_log_is_refused()
    {
        File.WriteAllText(LogPath, "hello\n");
        Assert.Contains("loss.jsonl(1)", Assert.Throws<InvalidDataException>(() => new LossLog(LogPath)).Message, StringComparison.Ordinal);
    }

    void Write(params int[] steps)
    {
        using var log = new LossLog(LogPath);
        foreach (var step in steps)
        {
            log.Report(new TrainingProgress(step, 4, 10 * step, 1.0 / step, null, 0.1, 2, 5));
        }
    }
}
