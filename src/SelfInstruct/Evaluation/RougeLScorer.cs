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

    readonly WordBuffer _buffer = new();
    readonly Vocabulary _vocabulary = new();
    readonly SubsequenceMatcher _matcher = new();

    /// <summary>By word: the id of its stem plus one, 0 where it is not known yet.</summary>
    int[] _stems = new int[128];
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

        var predicted = Read(prediction, ref _prediction);
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
        var wanted = Read(reference, ref _target);
        if (predicted == 0 || wanted == 0)
        {
            return default;
        }

        _matcher.Begin(_prediction.AsSpan(0, predicted), _vocabulary.Count);
        return RougeLScore.From(_matcher.Shared(_target.AsSpan(0, wanted)), predicted, wanted);
    }

    /// <summary>Puts the ids of a text's words into the array, and returns their number.</summary>
    int Read(string text, ref int[] ids)
    {
        _buffer.Clear();
        WordSplitter.Released.Split(text, _buffer);
        if (ids.Length < _buffer.Count)
        {
            ids = new int[_buffer.Count * 2];
        }

        for (var i = 0; i < _buffer.Count; i++)
        {
            var word = _vocabulary.Intern(_buffer[i]);
            ids[i] = stemmer && _buffer[i].Length > LongestUnstemmed ? FindStem(word, _buffer[i]) : word;
        }

        return _buffer.Count;
    }

    int FindStem(int word, ReadOnlySpan<char> text)
    {
        if (word >= _stems.Length)
        {
            Array.Resize(ref _stems, (word + 1) * 2);
        }

        if (_stems[word] == 0)
        {
            _stems[word] = _vocabulary.Intern(PorterStemmer.Stem(text.ToString())) + 1;
        }

        return _stems[word] - 1;
    }
}
