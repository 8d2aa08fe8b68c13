using System.Globalization;
using SelfInstruct.Miniature;

namespace SelfInstruct.Cli;

/// <summary>Progress of pretraining on stderr: stage, step, loss, rate and time left.</summary>
sealed class PretrainingLine(TextWriter output, bool isTerminal, TimeProvider time) : IProgress<PretrainingProgress>, IDisposable
{
    readonly StatusLine _line = new(output, isTerminal, time);
    long _start;
    int _firstStep;

    public void Report(PretrainingProgress value)
    {
        if (value.Training is not { } training)
        {
            _line.Write(value.Stage + " …", always: true);
            return;
        }

        if (_start == 0)
        {
            (_start, _firstStep) = (time.GetTimestamp(), training.Step - 1);
        }

        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var left = TimeSpan.FromSeconds(seconds / (training.Step - _firstStep) * (training.Steps - training.Step));
        _line.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"training {training.Step:N0}/{training.Steps:N0}  loss {training.Loss:0.000}  gradient {training.GradientNorm:0.00}  {training.TokensPerSecond:N0} tokens/s  ETA {StatusLine.FormatTime(left)}"),
            always: training.Step == training.Steps);
    }

    public void Dispose() => _line.End();
}
