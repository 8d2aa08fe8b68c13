using System.Net;

namespace SelfInstruct.Models.Calls;

/// <summary>What an attempt brought, unless it failed for good.</summary>
abstract record Reply
{
    /// <summary>What it says about how much the server can take.</summary>
    public abstract AttemptOutcome Outcome { get; }
}

sealed record Answer<T>(T Value) : Reply
{
    public override AttemptOutcome Outcome => AttemptOutcome.Answered;
}

/// <summary>A fault that may pass.</summary>
/// <param name="Status">Of the answer; 200 where the error was in the body alone.</param>
/// <param name="Body">For the error, should it not pass.</param>
/// <param name="Reason">Follows "the server".</param>
/// <param name="IsOverload">It has too much to do.</param>
/// <param name="RetryAfter">As long as the server says; null where it does not.</param>
sealed record PassingFault(HttpStatusCode Status, string Body, string Reason, bool IsOverload, TimeSpan? RetryAfter) : Reply
{
    public override AttemptOutcome Outcome => IsOverload ? AttemptOutcome.TurnedAway : AttemptOutcome.Unrelated;
}
