namespace SelfInstruct.LocalModels.Training;

/// <summary>When to write the checkpoint of a run, and what belongs into it.</summary>
internal sealed class RunCheckpoint(
    string path, string fingerprint, TrainableWeights weights, AdamW optimizer, TrainingOptions options, TimeProvider time)
{
    long written = time.GetTimestamp();
    int writtenStep = -1;

    /// <returns>Where the run left off; step 0 if there is no checkpoint yet.</returns>
    public TrainingState Resume()
    {
        if (!File.Exists(path))
        {
            return default;
        }

        var state = Checkpoint.Read(path, fingerprint, weights.Trained, optimizer.Mean, optimizer.Variance);
        weights.Update(options.Threads);
        writtenStep = state.StepsDone;
        return state;
    }

    public void WriteIfDue(TrainingState state)
    {
        var bySteps = options.CheckpointSteps > 0 && state.StepsDone % options.CheckpointSteps == 0;
        if (bySteps || time.GetElapsedTime(written) >= options.CheckpointInterval)
        {
            Write(state);
        }
    }

    public void Write(TrainingState state)
    {
        if (state.StepsDone == writtenStep)
        {
            return;
        }

        Checkpoint.Write(path, fingerprint, state, weights.Trained, optimizer.Mean, optimizer.Variance);
        (written, writtenStep) = (time.GetTimestamp(), state.StepsDone);
    }
}
