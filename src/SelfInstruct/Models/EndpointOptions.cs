namespace SelfInstruct.Models;

/// <summary>How hard a server is driven, and patience with it.</summary>
public sealed record EndpointOptions
{
    /// <summary>Further attempts after the first. Where a quarter of all attempts fail, six would lose one call in 16,000.</summary>
    public int Retries { get; init; } = 10;

    /// <summary>Before the first retry; doubles from there, to half a minute at most.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From sending a request to the last byte of its answer.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Calls in flight at once, at most; fewer while the server says that it has too many.</summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Attempts a minute, spread evenly; null: no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Tokens of prompts and completions a minute, spread evenly; null: no limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>An attempt without an answer for so long gets a second beside it, which is paid for too; null: never.</summary>
    public TimeSpan? HedgeAfter { get; init; }

    /// <summary>A longer answer is refused instead of held in memory.</summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Tokens of the model's context; a server does not say.</summary>
    public int ContextLength { get; init; } = 8192;
}
