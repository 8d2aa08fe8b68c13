namespace SelfInstruct.Review;

/// <summary>What people are asked.</summary>
public enum ReviewTask
{
    /// <summary>The three questions of the paper's Table 2 about each row.</summary>
    Quality,

    /// <summary>A grade A to D for each model's response (paper, section 4.4).</summary>
    Rating,

    /// <summary>Which of two responses is better.</summary>
    Pairwise,

    /// <summary>Mending rows, or leaving them out.</summary>
    Edit,
}

static class ReviewTasks
{
    /// <summary>As ratings.jsonl names it.</summary>
    public static string Name(this ReviewTask task) => task switch
    {
        ReviewTask.Quality => "quality",
        ReviewTask.Rating => "rating",
        ReviewTask.Pairwise => "pairwise",
        _ => "edit",
    };
}
