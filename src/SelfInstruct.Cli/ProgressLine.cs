using System.Globalization;

namespace SelfInstruct.Cli;

/// <summary>
/// Progress of a run on stderr, each stage with its rate and the time left; it is shown again every ten seconds even
/// when nothing moves. Notices, such as a retry, get lines of their own.
/// </summary>
sealed class ProgressLine : IProgress<StageProgress>, IProgress<string>, IDisposable
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    readonly Lock _turn = new();
    readonly TimeProvider _time;
    readonly StatusLine _line;
    readonly TextWriter _output;
    readonly ITimer _heartbeat;
    StageProgress? _last;
    long _stageStart;
    int _doneAtStart;

    public ProgressLine(TextWriter output, bool isTerminal, TimeProvider time)
    {
        (_output, _time, _line) = (output, time, new StatusLine(output, isTerminal, time));
        _heartbeat = time.CreateTimer(_ => ShowAgain(), null, Heartbeat, Heartbeat);
    }

    public void Report(StageProgress value)
    {
        lock (_turn)
        {
            var begins = value.Stage != _last?.Stage;
            if (begins)
            {
                _line.End();
                (_doneAtStart, _stageStart) = (value.Done, _time.GetTimestamp());
            }

            _last = value;
            var ends = value.Done >= value.Total;
            _line.Write(Describe(value), always: begins || ends);
            if (ends)
            {
                _line.End();
            }
        }
    }

    public void Report(string value)
    {
        lock (_turn)
        {
            _line.End();
            _output.WriteLine(value);
        }
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        _line.End();
    }

    void ShowAgain()
    {
        lock (_turn)
        {
            if (_last is { } last && last.Done < last.Total)
            {
                _line.Write(Describe(last), always: false);
            }
        }
    }

    string Describe(StageProgress value)
    {
        var seconds = _time.GetElapsedTime(_stageStart).TotalSeconds;
        var rate = seconds > 0 ? (value.Done - _doneAtStart) / seconds : 0;
        var left = value.Done >= value.Total ? "done"
            : rate > 0 ? "ETA " + StatusLine.FormatTime(TimeSpan.FromSeconds((value.Total - value.Done) / rate))
            : "ETA ?";
        var rejected = value.Rejected > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Rejected:N0} rejected") : "";
        var cost = value is { CostUsd: { } spent, ExpectedCostUsd: { } expected } ? string.Create(CultureInfo.InvariantCulture, $", ${spent:0.00} of about ${expected:0.00}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Stage,-14} {value.Done:N0}/{value.Total:N0}  {rate:0.0}/s  {left}  ({value.Completions:N0} completions, {value.CompletionTokens:N0} tokens{cost}{rejected})");
    }
}
