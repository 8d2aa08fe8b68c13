using System.Globalization;

namespace SelfInstruct.Cli;

/// <summary>Progress of a run on stderr, each stage with its rate and the time left.</summary>
sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider time) : IProgress<StageProgress>, IDisposable
{
    readonly StatusLine _line = new(output, isTerminal, time);
    string _stage = "";
    long _stageStart;
    int _doneAtStart;

    public void Report(StageProgress value)
    {
        var begins = value.Stage != _stage;
        if (begins)
        {
            _line.End();
            (_stage, _doneAtStart, _stageStart) = (value.Stage, value.Done, time.GetTimestamp());
        }

        var ends = value.Done >= value.Total;
        _line.Write(Describe(value), always: begins || ends);
        if (ends)
        {
            _line.End();
        }
    }

    public void Dispose() => _line.End();

    string Describe(StageProgress value)
    {
        var seconds = time.GetElapsedTime(_stageStart).TotalSeconds;
        var rate = seconds > 0 ? (value.Done - _doneAtStart) / seconds : 0;
        var left = value.Done >= value.Total ? "done"
            : rate > 0 ? "ETA " + StatusLine.FormatTime(TimeSpan.FromSeconds((value.Total - value.Done) / rate))
            : "ETA ?";
        var rejected = value.Rejected > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Rejected:N0} rejected") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Stage,-14} {value.Done:N0}/{value.Total:N0}  {rate:0.0}/s  {left}  ({value.Completions:N0} completions, {value.CompletionTokens:N0} tokens{rejected})");
    }
}
