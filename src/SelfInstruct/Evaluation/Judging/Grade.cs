namespace SelfInstruct.Evaluation.Judging;

/// <summary>The paper's four ratings of a response (section 4.4).</summary>
public enum Grade
{
    /// <summary>Valid and satisfying.</summary>
    A,

    /// <summary>Acceptable, with minor errors or imperfections.</summary>
    B,

    /// <summary>Responds to the instruction, with significant errors.</summary>
    C,

    /// <summary>Irrelevant or invalid.</summary>
    D,
}

/// <summary>A line of ratings.jsonl, of a person or of a judge; of several by one rater on one response, the last counts.</summary>
/// <param name="Id">Of the question.</param>
/// <param name="Model">Whose response was rated.</param>
/// <param name="Rater">Who rated; a judge is "judge:" and the model's name.</param>
/// <param name="Rating">A, B, C or D.</param>
/// <param name="Completion">Key of the judge's answer; null for a person.</param>
public sealed record RatingLine(string Id, string Model, string Rater, string Rating, DateTimeOffset? At = null, string? Completion = null)
{
    /// <summary>Null where the rating is none of the four.</summary>
    public Grade? Grade => Rating switch { "A" => Judging.Grade.A, "B" => Judging.Grade.B, "C" => Judging.Grade.C, "D" => Judging.Grade.D, _ => null };
}

/// <summary>A line of preferences.jsonl: a pair compared in both orders.</summary>
/// <param name="First">Name of a model.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Verdict">"first", "second", "tie", "flips" (it depended on the order) or "unread".</param>
public sealed record PreferenceLine(string Id, string First, string Second, string Rater, string Verdict, DateTimeOffset? At = null);
