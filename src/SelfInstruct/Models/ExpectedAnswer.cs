using System.Text.Json.Serialization.Metadata;

namespace SelfInstruct.Models;

/// <param name="Name">With its article, for errors.</param>
/// <param name="Type">How it is read; null: by <see cref="FromBytes"/>.</param>
/// <param name="IsUsable">Whether it holds what was asked for.</param>
/// <param name="RefusalRemedy">What to do when the server answers 400.</param>
sealed record ExpectedAnswer<T>(string Name, JsonTypeInfo<T>? Type, Func<T, bool> IsUsable, string RefusalRemedy)
{
    /// <summary>Tokens of prompt and completion that the provider counts; null where it does not say.</summary>
    public Func<T, int?> TokensOf { get; init; } = static _ => null;

    /// <summary>For what is no JSON; given a copy.</summary>
    public Func<byte[], T>? FromBytes { get; init; }

    /// <summary>A longer answer is refused; null: as of every answer.</summary>
    public int? MaxBytes { get; init; }
}
