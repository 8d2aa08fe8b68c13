using SelfInstruct.Novelty;

namespace SelfInstruct.Evaluation;

/// <summary>
/// ROUGE-L (Lin, 2004) of pairs of texts, bit for bit as google-research's rouge_score has it. Keeps the words it
/// has seen, so that each is stemmed once. For one thread.
/// </summary>
/// <param name="stemmer">Compare the stems of words of more than three letters, as the SuperNI metric does.</param>
public sealed class RougeLScorer(bool stemmer)
{
    const int LongestUnstemmed = 3;

    readonly ScoredWords _words = new(stemmer);
    readonly SubsequenceMatcher _matcher = new();
    int[] _prediction = [];
    int[] _target = [];

    public RougeLScore Score(string prediction, string target) => ScoreBest(prediction, [target]);

    /// <summary>The score with the highest F; of equal ones the first.</summary>
    /// <exception cref="ArgumentException">No reference.</exception>
    public RougeLScore ScoreBest(string prediction, IReadOnlyList<string> references)
    {
        if (references.Count == 0)
        {
            throw new ArgumentException("There is no reference to score against; give at least one.", nameof(references));
        }

        var predicted = _words.Read(prediction, ref _prediction);
        var best = ScoreOne(predicted, references[0]);
        for (var i = 1; i < references.Count; i++)
        {
            var score = ScoreOne(predicted, references[i]);
            best = score.FMeasure > best.FMeasure ? score : best;
        }

        return best;
    }

    /// <summary>The words that are compared.</summary>
    public IReadOnlyList<string> Split(string text)
    {
        var words = WordSplitter.Released.Split(text);
        return stemmer ? [.. words.Select(static word => word.Length > LongestUnstemmed ? PorterStemmer.Stem(word) : word)] : words;
    }

    RougeLScore ScoreOne(int predicted, string reference)
    {
        var wanted = _words.Read(reference, ref _target);
        if (predicted == 0 || wanted == 0)
        {
            return default;
        }

        _matcher.Begin(_prediction.AsSpan(0, predicted), _words.Count);
        return RougeLScore.From(_matcher.Shared(_target.AsSpan(0, wanted)), predicted, wanted);
    }
}
