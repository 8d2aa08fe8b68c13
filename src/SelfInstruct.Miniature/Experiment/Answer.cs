using SelfInstruct.Evaluation;

namespace SelfInstruct.Miniature.Experiment;

/// <summary>One question answered, and what the measures say.</summary>
/// <param name="RougeL">F in [0, 1] with stemmer, of the whole answer.</param>
/// <param name="ExactMatch">SuperNI's, with the one reference.</param>
/// <param name="IsRight">The family's checker takes the whole answer, and the model ended it itself.</param>
/// <param name="FirstLineRight">It takes the first line.</param>
public sealed record Answer(Question Question, string Text, double RougeL, bool ExactMatch, bool IsRight, bool FirstLineRight)
{
    /// <param name="question">What was asked.</param>
    /// <param name="text">As the model wrote it.</param>
    /// <param name="ended">Whether the model ended it.</param>
    /// <param name="scorer">With stemmer.</param>
    public static Answer Judge(Question question, string text, bool ended, RougeLScorer scorer)
    {
        var score = PredictionMetrics.Score(new Prediction(text, [question.Reference]), scorer);
        var (whole, first) = (text.Trim(), text.TrimStart().Split('\n')[0].Trim());
        return new(question, text, score.RougeL, score.ExactMatch, ended && IsRight(whole), IsRight(first));

        bool IsRight(string output) => question.Family.IsRight(question.Slots, question.Input, output);
    }
}
