using SelfInstruct.Datasets;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.LocalModels.Training;

/// <summary>From text to what the model reads. Pieces are encoded apart, as at inference the prompt is there before the completion.</summary>
public static class SequenceEncoding
{
    /// <param name="promptWeight">Of the tokens of a prompt in the loss; a completion's and its end count 1.</param>
    public static TrainingSequence Encode(IEnumerable<TextPiece> pieces, BytePairTokenizer tokenizer, double promptWeight)
    {
        List<int> tokens = [tokenizer.EndOfText];
        List<float> weights = [0];
        foreach (var piece in pieces)
        {
            int[] encoded = piece.Learn ? [.. tokenizer.Encode(piece.Text), tokenizer.EndOfText] : tokenizer.Encode(piece.Text);
            tokens.AddRange(encoded);
            weights.AddRange(Enumerable.Repeat(piece.Learn ? 1f : (float)promptWeight, encoded.Length));
        }

        return new TrainingSequence([.. tokens], [.. weights]);
    }
}
