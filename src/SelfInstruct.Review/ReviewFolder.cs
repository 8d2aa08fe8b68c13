namespace SelfInstruct.Review;

/// <summary>Where a review's files lie in the folder it was given.</summary>
public sealed record ReviewFolder(string Path)
{
    public string Evaluation => System.IO.Path.Combine(Path, "evaluation");

    public string Ratings => System.IO.Path.Combine(Evaluation, "ratings.jsonl");

    public string Annotators => System.IO.Path.Combine(Evaluation, "annotators.json");

    /// <summary>Held while a review is open; the logs have one writer.</summary>
    public string Lock => System.IO.Path.Combine(Evaluation, ".review.lock");

    public string Edits => System.IO.Path.Combine(Path, "edits.jsonl");
}
