using System.Globalization;

namespace SelfInstruct.Cli;

/// <summary>
/// Progress on stderr: one line that is written over on a terminal, a new line every ten seconds elsewhere, each
/// with the rate and the time left.
/// </summary>
sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider time) : IProgress<StageProgress>, IDisposable
{
    static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    string _stage = "";
    long _stageStart;
    long _lastShown;
    int _doneAtStart;
    int _width;

    public void Report(StageProgress value)
    {
        if (value.Stage != _stage)
        {
            Begin(value);
        }

        var ended = value.Done >= value.Total;
        if (ended || time.GetElapsedTime(_lastShown) >= (isTerminal ? OnTerminal : Elsewhere))
        {
            _lastShown = time.GetTimestamp();
            Show(Describe(value), ended);
        }
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            output.WriteLine();
        }
    }

    void Begin(StageProgress value)
    {
        Dispose();
        (_stage, _doneAtStart, _width) = (value.Stage, value.Done, 0);
        _stageStart = _lastShown = time.GetTimestamp();
    }

    string Describe(StageProgress value)
    {
        var seconds = time.GetElapsedTime(_stageStart).TotalSeconds;
        var rate = seconds > 0 ? (value.Done - _doneAtStart) / seconds : 0;
        var left = value.Done >= value.Total ? "done"
            : rate > 0 ? "ETA " + FormatTime(TimeSpan.FromSeconds((value.Total - value.Done) / rate))
            : "ETA ?";
        var rejected = value.Rejected > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Rejected:N0} rejected") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Stage,-14} {value.Done:N0}/{value.Total:N0}  {rate:0.0}/s  {left}  ({value.Completions:N0} completions, {value.CompletionTokens:N0} tokens{rejected})");
    }

    void Show(string line, bool ended)
    {
        if (!isTerminal)
        {
            output.WriteLine(line);
            return;
        }

        output.Write('\r' + line.PadRight(_width));
        _width = line.Length;
        if (ended)
        {
            output.WriteLine();
            _width = 0;
        }
    }

    static string FormatTime(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}h{time.Minutes:00}m" : time.TotalMinutes >= 1 ? $"{time.Minutes}m{time.Seconds:00}s" : $"{Math.Ceiling(time.TotalSeconds)}s";
}
