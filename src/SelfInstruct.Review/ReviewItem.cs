using System.Collections.Immutable;

namespace SelfInstruct.Review;

/// <summary>What is shown at once.</summary>
/// <param name="Id">Of the row or the question.</param>
/// <param name="Input">May be empty.</param>
/// <param name="Texts">quality and edit: the output; rating: each model's response; pairwise: two.</param>
/// <param name="Reference">A correct answer, if there is one to show.</param>
/// <param name="Sha256">edit: of the row, see <see cref="Reviews.Edits.Hash"/>.</param>
public sealed record ReviewItem(string Id, string Instruction, string Input, ImmutableArray<ReviewText> Texts, string? Reference = null, string? Sha256 = null);

/// <param name="Model">Whose it is; never shown to annotators. Empty for a row of the data.</param>
/// <param name="Text">Untrusted.</param>
public sealed record ReviewText(string Model, string Text);
