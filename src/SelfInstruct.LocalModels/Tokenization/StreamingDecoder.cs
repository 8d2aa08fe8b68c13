using System.Text;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>Tokens to text as they come; a character whose bytes lie in several tokens appears with the last of them.</summary>
public sealed class StreamingDecoder(BytePairTokenizer tokenizer)
{
    readonly System.Text.Decoder _utf8 = Encoding.UTF8.GetDecoder();
    char[] _characters = new char[64];

    /// <returns>The characters that are complete now; valid until the next call.</returns>
    public ReadOnlySpan<char> Append(int token) => Decode(tokenizer.BytesOf(token), flush: false);

    /// <returns>U+FFFD for bytes that never became a character; else empty.</returns>
    public ReadOnlySpan<char> Flush() => Decode([], flush: true);

    ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var needed = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (_characters.Length < needed)
        {
            _characters = new char[needed];
        }

        return _characters.AsSpan(0, _utf8.GetChars(bytes, _characters, flush));
    }
}
