using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.Runs;

/// <summary>What the answered calls of one stage used.</summary>
public sealed record StageUsage(string Stage, int Calls, long PromptTokens, long CompletionTokens);

/// <summary>Tokens used by stage, over the life of a run. Safe to call concurrently.</summary>
public sealed class UsageLedger
{
    readonly Lock _turn = new();
    readonly SortedDictionary<string, StageUsage> _stages = new(StringComparer.Ordinal);
    long _promptTokens;
    long _completionTokens;

    public long PromptTokens => Interlocked.Read(ref _promptTokens);

    public long CompletionTokens => Interlocked.Read(ref _completionTokens);

    /// <summary>By name of the stage.</summary>
    public ImmutableArray<StageUsage> Stages
    {
        get
        {
            lock (_turn)
            {
                return [.. _stages.Values];
            }
        }
    }

    public void Add(string stage, TokenUsage usage)
    {
        lock (_turn)
        {
            var before = Of(stage);
            _stages[stage] = new StageUsage(stage, before.Calls + 1, before.PromptTokens + usage.PromptTokens, before.CompletionTokens + usage.CompletionTokens);
            _promptTokens += usage.PromptTokens;
            _completionTokens += usage.CompletionTokens;
        }
    }

    /// <summary>Of the stage's calls so far; null before the first.</summary>
    public TokenUsage? MeanOf(string stage)
    {
        lock (_turn)
        {
            return Of(stage) is { Calls: > 0 } used ? new TokenUsage((int)(used.PromptTokens / used.Calls), (int)(used.CompletionTokens / used.Calls)) : null;
        }
    }

    StageUsage Of(string stage) => _stages.GetValueOrDefault(stage) ?? new StageUsage(stage, 0, 0, 0);
}
