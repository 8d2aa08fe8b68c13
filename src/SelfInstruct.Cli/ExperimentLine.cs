using SelfInstruct.Miniature.Experiment;

namespace SelfInstruct.Cli;

/// <summary>Progress of an experiment on stderr: what is done, rows, time left.</summary>
sealed class ExperimentLine(StatusLine line, TimeProvider time) : IProgress<ExperimentProgress>
{
    long _start;
    int _first;

    public void Report(ExperimentProgress value)
    {
        if (_start == 0)
        {
            (_start, _first) = (time.GetTimestamp(), value.Done);
        }

        var left = value.Done > _first && value.Of > 0
            ? StatusLine.FormatTime(time.GetElapsedTime(_start) / (value.Done - _first) * (value.Of - value.Done))
            : "?";
        line.Write($"experiment {value.Done}/{(value.Of == 0 ? "?" : value.Of)} rows  ETA {left}  {value.Does}", always: true);
    }
}
