using SelfInstruct.Miniature;

namespace SelfInstruct.Cli;

/// <summary>Progress of pretraining on stderr: the stage, and training as any other.</summary>
sealed class PretrainingLine : IProgress<PretrainingProgress>, IDisposable
{
    readonly StatusLine _line;
    readonly TrainingLine _training;

    public PretrainingLine(TextWriter output, bool isTerminal, TimeProvider time)
    {
        _line = new StatusLine(output, isTerminal, time);
        _training = new TrainingLine(_line, time);
    }

    public void Report(PretrainingProgress value)
    {
        if (value.Training is { } training)
        {
            _training.Report(training);
        }
        else
        {
            _line.Write(value.Stage + " …", always: true);
        }
    }

    public void Dispose() => _line.End();
}
