using System.Text.Json.Serialization;
using SelfInstruct.Models;

namespace SelfInstruct.Runs;

/// <summary>A line of completions.jsonl: what was asked, what came back, and where it belongs.</summary>
public sealed record RecordedCompletion(
    string Key,
    string Prompt,
    Sampling Sampling,
    string Text,
    string FinishReason,
    TokenUsage Usage,
    string Model,
    string Stage,
    int Round,
    int Slot,
    int DroppedDemonstrations,
    DateTimeOffset At);

/// <summary>The part of a line that the counts of a run are made of; the rest, most of it, is skipped.</summary>
public sealed record RecordedUsage(string Key, string FinishReason, TokenUsage Usage, string Stage, int DroppedDemonstrations = 0);

/// <summary>Everything that can change an answer.</summary>
public sealed record CompletionKeyParts(
    string Model,
    string Prompt,
    Sampling Sampling,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsMessage = false);
