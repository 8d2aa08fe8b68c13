using System.Globalization;
using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Cli;

/// <summary>Progress of training on stderr: step, loss, rate and time left.</summary>
sealed class TrainingLine(StatusLine line, TimeProvider time) : IProgress<TrainingProgress>
{
    long _start;
    int _firstStep;

    public void Report(TrainingProgress value)
    {
        if (_start == 0)
        {
            (_start, _firstStep) = (time.GetTimestamp(), value.Step - 1);
        }

        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var left = TimeSpan.FromSeconds(seconds / (value.Step - _firstStep) * (value.Steps - value.Step));
        var heldOut = value.HeldOutLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $" (held-out {loss:0.000})") : "";
        line.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"training {value.Step:N0}/{value.Steps:N0}  loss {value.Loss:0.000}{heldOut}  gradient {value.GradientNorm:0.00}  {value.TokensPerSecond:N0} tokens/s  ETA {StatusLine.FormatTime(left)}"),
            always: value.Step == value.Steps || value.HeldOutLoss is not null);
    }
}
