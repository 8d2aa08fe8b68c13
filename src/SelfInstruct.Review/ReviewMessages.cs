using System.Collections.Immutable;
using System.Text.Json.Serialization;
using SelfInstruct.Reviews;
using SelfInstruct.Tasks;

namespace SelfInstruct.Review;

/// <summary>GET /api/session.</summary>
/// <param name="Task">quality, rating, pairwise or edit; null: there is only a run to watch.</param>
/// <param name="Csrf">Goes into the header X-CSRF of everything that is saved.</param>
/// <param name="Live">A run is watched.</param>
sealed record SessionMessage(string Name, bool Lead, string? Task, string Version, string Csrf, bool Live, ReviewProgress Progress, string Folder);

/// <summary>GET /api/items.</summary>
/// <param name="Positions">In this annotator's order, from 0.</param>
sealed record PositionsMessage(string Filter, ImmutableArray<int> Positions);

/// <summary>GET /api/items/POSITION.</summary>
/// <param name="Item">Its handle, for what is saved.</param>
/// <param name="Mine">What this annotator has answered.</param>
/// <param name="Others">For who settles a disagreement; else absent.</param>
sealed record ItemMessage(
    int Position, string Item, string Id, string Instruction, string Input, string? Reference, string State,
    ImmutableArray<TextMessage> Texts, ImmutableArray<AnswerMessage> Mine, ImmutableArray<AnswerMessage>? Others = null, Edit? Edit = null);

/// <param name="Response">Its handle.</param>
/// <param name="Model">Only for who settles a disagreement.</param>
sealed record TextMessage(string Response, string Text, string? Model = null);

/// <summary>An annotation as a page is told it: with handles in place of models.</summary>
/// <param name="Better">A handle, or "tie".</param>
sealed record AnswerMessage(
    string? Rater, string? Response = null, string? Rating = null, bool? ValidTask = null, bool? InputAppropriate = null, bool? OutputCorrect = null,
    string? Better = null, string? Skipped = null, string? Comment = null);

/// <summary>POST /api/ratings.</summary>
/// <param name="Key">Made by the page; the same again is one rating.</param>
/// <param name="Item">Handle.</param>
/// <param name="Response">rating: handle of the response.</param>
/// <param name="Better">pairwise: handle of the better response, or "tie".</param>
/// <param name="Adjudicate">Settles a disagreement; for the lead.</param>
sealed record RatingMessage(
    string Key, string Item, string? Response = null, string? Rating = null, bool? ValidTask = null, bool? InputAppropriate = null, bool? OutputCorrect = null,
    string? Better = null, string? Skipped = null, string? Comment = null, double? Seconds = null, bool Adjudicate = false);

/// <summary>POST /api/edits.</summary>
/// <param name="Before">Key of the edit that was shown; null: the model's text was.</param>
sealed record EditMessage(
    string Key, string Item, bool Rejected, string Instruction, string Input, string Output, string? Before = null, string? Comment = null, double? Seconds = null);

/// <summary>Answer to both.</summary>
/// <param name="Saved">The key: it is on the disk.</param>
sealed record SavedMessage(string Saved, ReviewProgress Progress);

sealed record ErrorMessage(string Error);

[JsonSerializable(typeof(SessionMessage))]
[JsonSerializable(typeof(PositionsMessage))]
[JsonSerializable(typeof(ItemMessage))]
[JsonSerializable(typeof(RatingMessage))]
[JsonSerializable(typeof(EditMessage))]
[JsonSerializable(typeof(SavedMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(LeadFigures))]
[JsonSerializable(typeof(RunSnapshot))]
sealed partial class ReviewMessages : JsonSerializerContext
{
    public static ReviewMessages Format { get; } = new(TaskJson.CreateOptions());
}
