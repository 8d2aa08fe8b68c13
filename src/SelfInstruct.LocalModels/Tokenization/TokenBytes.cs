using System.Globalization;
using System.Text;
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
            Append(bytes, vocabulary, token);
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

    static void Append(List<byte> bytes, Vocabulary vocabulary, int token)
    {
        var text = vocabulary.Tokens[token];
        switch (vocabulary.KindOf(token))
        {
            case TokenKind.Control or TokenKind.Unknown or TokenKind.Unused:
                break;
            case TokenKind.Byte:
                bytes.Add(ParseByte(token, text));
                break;
            case TokenKind.UserDefined:
                bytes.AddRange(Encoding.UTF8.GetBytes(text));
                break;
            default:
                bytes.AddRange(vocabulary.Scores is [] ? FromAlphabet(token, text) : Encoding.UTF8.GetBytes(text.Replace('▁', ' ')));
                break;
        }
    }

    static byte ParseByte(int token, string text) =>
        text is ['<', '0', 'x', _, _, '>'] && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"token {token} '{text}': a byte token must be written as <0x0A>");

    static byte[] FromAlphabet(int token, string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!ByteAlphabet.TryToByte(text[i], out bytes[i]))
            {
                throw new InvalidDataException(
                    $"token {token} '{text}': '{text[i]}' is not in the byte alphabet of GPT-2; this vocabulary is not a byte-level one");
            }
        }

        return bytes;
    }
}
