using SelfInstruct.Models;
using SelfInstruct.Runs;

namespace SelfInstruct.Evaluation;

/// <summary>Where the files of an evaluation lie.</summary>
public sealed record EvaluationFolder(string Path)
{
    public string Completions => In("completions.jsonl");

    public string Predictions => In("predictions.jsonl");

    public string Scores => In("scores.json");

    public string Ratings => In("ratings.jsonl");

    public string Preferences => In("preferences.jsonl");

    /// <summary>Creates the folder, and opens its log of answers: the only place where an evaluation does.</summary>
    /// <param name="model">Answers what the log has not.</param>
    /// <param name="time">Stamps answers.</param>
    /// <param name="budget">For the whole evaluation, what is recorded included; null: none.</param>
    /// <param name="cancellationToken">Ends the reading of what is recorded.</param>
    /// <exception cref="InvalidDataException">A line of the log is damaged, or another process has it open.</exception>
    public Task<CompletionLog> OpenCompletionsAsync(ILanguageModel model, TimeProvider time, Budget? budget, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path);
        return CompletionLog.OpenAsync(JsonLinesLog.OpenAlone(Completions, CompletionLog.KeyField), model, time, budget, cancellationToken);
    }

    /// <summary>Answers that are recorded.</summary>
    public int CountCompletions() => LineReader.Read(Completions).Count();

    string In(string name) => System.IO.Path.Combine(Path, name);
}
