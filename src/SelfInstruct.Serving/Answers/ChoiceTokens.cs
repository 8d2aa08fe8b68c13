using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Serving.Answers;

/// <param name="Name">Its text; bytes that are none, and a control token's name, as OpenAI writes them.</param>
sealed record TokenProbability(string Name, ReadOnlyMemory<byte> Bytes, double LogProbability);

/// <param name="Offset">Of the character it begins or goes on with, in the completion's text.</param>
sealed record ChoiceToken(TokenProbability Drawn, ImmutableArray<TokenProbability> MostProbable, int Offset);

/// <summary>
/// The tokens of one choice's text, as it grows. A token belongs to it when the character that it begins or goes on with
/// does; those of a stop string and of the end do not.
/// </summary>
sealed class ChoiceTokens(BytePairTokenizer tokenizer)
{
    /// <summary>No number that JSON could write stands for impossible.</summary>
    const double Impossible = -9999;

    readonly StreamingDecoder _decoder = new(tokenizer);
    readonly Queue<ChoiceToken> _waiting = new();
    int _length;

    /// <param name="drawn">Since the last call.</param>
    /// <param name="textLength">Characters of the text now, never fewer than before.</param>
    /// <returns>Those that belong to the text and were not returned before.</returns>
    public ImmutableArray<ChoiceToken> Take(ImmutableArray<DrawnToken> drawn, int textLength)
    {
        foreach (var token in drawn)
        {
            _waiting.Enqueue(new ChoiceToken(
                Describe(token.Token, token.LogProbability), [.. token.MostProbable.Select(one => Describe(one.Token, one.LogProbability))], _length));
            _length += _decoder.Append(token.Token).Length;
        }

        var taken = ImmutableArray.CreateBuilder<ChoiceToken>();
        while (_waiting.TryPeek(out var next) && next.Offset < textLength)
        {
            taken.Add(_waiting.Dequeue());
        }

        return taken.ToImmutable();
    }

    TokenProbability Describe(int token, double logProbability)
    {
        var bytes = tokenizer.BytesOf(token).ToArray();
        return new TokenProbability(
            bytes.Length == 0 ? tokenizer.Vocabulary.Tokens[token] : NameOf(bytes), bytes, Math.Max(logProbability, Impossible));
    }

    static string NameOf(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : "bytes:" + string.Concat(bytes.Select(static one => string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}")));
}
