using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfInstruct.LocalModels.Training;

/// <summary>One line of <see cref="LossLog"/>.</summary>
public sealed record LossLogLine(
    int Step, double Loss, double? HeldOutLoss, double LearningRate, double GradientNorm, long Tokens, double TokensPerSecond);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LossLogLine))]
internal sealed partial class LossLogJson : JsonSerializerContext;

/// <summary>
/// The loss of every step as JSON lines. A run that continues from a checkpoint takes back what was logged after it, so
/// that the file reads as if nothing had happened. For one writer; others may read meanwhile.
/// </summary>
public sealed class LossLog : IProgress<TrainingProgress>, IDisposable
{
    readonly FileStream file;
    readonly List<LossLogLine> lines = [];

    /// <summary>Where each line ends in the file.</summary>
    readonly List<long> ends = [];
    bool begun;

    /// <exception cref="InvalidDataException">A line, other than a torn last one, is no line of such a log.</exception>
    public LossLog(string path)
    {
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Read(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>In the order of steps.</summary>
    public IReadOnlyList<LossLogLine> Lines => lines;

    public void Report(TrainingProgress value)
    {
        if (!begun)
        {
            Begin(value.Step);
        }

        var line = new LossLogLine(value.Step, value.Loss, value.HeldOutLoss, value.LearningRate, value.GradientNorm, value.Tokens, Math.Round(value.TokensPerSecond, 1));
        JsonSerializer.Serialize(file, line, LossLogJson.Default.LossLogLine);
        file.WriteByte((byte)'\n');
        file.Flush();
        lines.Add(line);
    }

    public void Dispose() => file.Dispose();

    void Begin(int step)
    {
        begun = true;
        var kept = lines.FindIndex(line => line.Step >= step) is >= 0 and var first ? first : lines.Count;
        lines.RemoveRange(kept, lines.Count - kept);
        file.SetLength(kept == 0 ? 0 : ends[kept - 1]);
        file.Position = file.Length;
    }

    void Read(string path)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        for (var start = 0; bytes.AsSpan(start).IndexOf((byte)'\n') is >= 0 and var length; start += length + 1)
        {
            try
            {
                lines.Add(JsonSerializer.Deserialize(bytes.AsSpan(start, length), LossLogJson.Default.LossLogLine)!);
                ends.Add(start + length + 1);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}({lines.Count + 1}): not a line of a loss log. Remove the file, or give another --out.", e);
            }
        }
    }
}
