using SelfInstruct.Tasks;

namespace SelfInstruct.Models;

/// <summary>Serves recorded completions {text, finish_reason} in the file's order, one per request, whatever is asked.</summary>
public sealed class ReplayModel : ILanguageModel, IDisposable
{
    readonly string _path;
    readonly IEnumerator<JsonLine<ReplayedCompletion>> _lines;
    readonly Lock _turn = new();

    /// <param name="path">JSON lines; only what is asked for is read.</param>
    /// <param name="alreadyServed">Lines that an earlier part of the same run has used.</param>
    /// <exception cref="InvalidDataException">The file is missing, or has fewer lines than were served.</exception>
    public ReplayModel(string path, int alreadyServed = 0)
    {
        _path = path;
        Id = "replay:" + Path.GetFileName(path);
        _lines = JsonLines.Read(path, ModelJson.Format.ReplayedCompletion).GetEnumerator();
        for (var i = 0; i < alreadyServed; i++)
        {
            if (!_lines.MoveNext())
            {
                throw new InvalidDataException($"{path}: has {i} lines, but this run has already used {alreadyServed}; it is not the file the run began with.");
            }
        }
    }

    public string Id { get; }

    public int ContextLength => int.MaxValue;

    public bool IsChat => false;

    /// <summary>One at a time: what is recorded after a crash is then always the first n lines.</summary>
    public int MaxConcurrency => 1;

    public int CountTokens(string text) => 0;

    /// <exception cref="ModelException">Every line has been served.</exception>
    public Task<Completion> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_turn)
        {
            if (!_lines.MoveNext())
            {
                throw new ModelException($"{_path}: every recorded completion has been served. Ask for fewer instructions, or add lines.");
            }

            var line = _lines.Current.Value;
            return Task.FromResult(new Completion(line.Text ?? "", line.FinishReason ?? "stop", new TokenUsage(0, 0)));
        }
    }

    public void Dispose() => _lines.Dispose();
}

/// <summary>One line of a replay file; a null text is an answer that never came.</summary>
public sealed record ReplayedCompletion(string? Text, string? FinishReason = null);
