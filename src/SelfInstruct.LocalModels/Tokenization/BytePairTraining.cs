using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Learns a byte-level BPE vocabulary (Sennrich et al. 2016; bytes as in GPT-2): again and again the most frequent
/// pair of neighbouring tokens becomes a token. Equal counts: the pair that sorts first, by ordinal. Same text, same vocabulary.
/// </summary>
public static class BytePairTraining
{
    public const string EndOfText = "<|endoftext|>";

    const int LeastCount = 2;

    /// <summary>Without tokens of two digits; see the other overload.</summary>
    public static Vocabulary Train(IEnumerable<string> documents, int vocabularySize, CancellationToken cancellationToken) =>
        Train(documents, vocabularySize, mergeDigits: false, cancellationToken);

    /// <param name="vocabularySize">
    /// Tokens at most, the 256 bytes and end-of-text included; fewer where no pair is left that occurs twice.
    /// </param>
    /// <param name="mergeDigits">
    /// False: no token has two ASCII digits, so that a small model sees numbers digit by digit. Either way the
    /// pre-tokenisation is GPT-2's.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="vocabularySize"/> is below 257.</exception>
    public static Vocabulary Train(
        IEnumerable<string> documents, int vocabularySize, bool mergeDigits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 257);
        var counts = CountPreTokens(documents, cancellationToken);
        var learner = new PairLearner(counts, pair => mergeDigits || pair.Count(char.IsAsciiDigit) < 2);
        while (learner.Tokens.Count < vocabularySize - 1 && learner.MergeNext(LeastCount))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new([.. learner.Tokens, EndOfText], [.. learner.Merges], learner.Tokens.Count);
    }

    static Dictionary<string, int> CountPreTokens(IEnumerable<string> documents, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>();
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var document in documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var word in new PreTokens(document))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(bySpan, word, out _)++;
            }
        }

        return counts;
    }
}
