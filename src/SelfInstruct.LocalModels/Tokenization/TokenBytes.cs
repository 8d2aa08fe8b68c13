using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>The bytes of every token, one after another.</summary>
sealed class TokenBytes
{
    readonly byte[] _bytes;
    readonly int[] _ends;

    public TokenBytes(Vocabulary vocabulary)
    {
        var bytes = new List<byte>();
        _ends = new int[vocabulary.Tokens.Length];
        for (var token = 0; token < _ends.Length; token++)
        {
            if (token != vocabulary.EndOfText)
            {
                Append(bytes, token, vocabulary.Tokens[token]);
            }

            _ends[token] = bytes.Count;
        }

        _bytes = [.. bytes];
    }

    public ReadOnlySpan<byte> this[int token]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _ends.Length);
            return _bytes.AsSpan((token == 0 ? 0 : _ends[token - 1]).._ends[token]);
        }
    }

    static void Append(List<byte> bytes, int token, string text)
    {
        foreach (var character in text)
        {
            if (!ByteAlphabet.TryToByte(character, out var value))
            {
                throw new InvalidDataException(
                    $"token {token} '{text}': '{character}' is not in the byte alphabet of GPT-2; only byte-level BPE vocabularies can be read");
            }

            bytes.Add(value);
        }
    }
}
