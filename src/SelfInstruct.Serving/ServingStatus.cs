namespace SelfInstruct.Serving;

/// <summary>What a server did so far.</summary>
/// <param name="Requests">Asked for completions.</param>
/// <param name="InProgress">Completions that have a place now, waiting ones included.</param>
/// <param name="Completions">That came to their end.</param>
/// <param name="Cancelled">Requests whose caller went away.</param>
/// <param name="Refused">Requests of any kind answered with a status from 400 to 499.</param>
/// <param name="Failed">Requests that this server could not answer.</param>
/// <param name="PromptTokens">Of completions that came to their end.</param>
/// <param name="CompletionTokens">Drawn, those of completions given up included.</param>
public sealed record ServingStatus(long Requests, int InProgress, long Completions, long Cancelled, long Refused, long Failed, long PromptTokens, long CompletionTokens);

/// <summary>Counts it. Safe to use from many threads.</summary>
sealed class ServingCounts(Admission admission)
{
    long _requests;
    long _completions;
    long _cancelled;
    long _refused;
    long _failed;
    long _promptTokens;
    long _completionTokens;

    public ServingStatus Status => new(
        Interlocked.Read(ref _requests), admission.Taken, Interlocked.Read(ref _completions), Interlocked.Read(ref _cancelled), Interlocked.Read(ref _refused),
        Interlocked.Read(ref _failed), Interlocked.Read(ref _promptTokens), Interlocked.Read(ref _completionTokens));

    public void Ask() => Interlocked.Increment(ref _requests);

    public void Cancel() => Interlocked.Increment(ref _cancelled);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Draw(int tokens) => Interlocked.Add(ref _completionTokens, tokens);

    public void Complete(int completions, int promptTokens)
    {
        Interlocked.Add(ref _completions, completions);
        Interlocked.Add(ref _promptTokens, promptTokens);
    }
}
