using System.Buffers;

namespace SelfInstruct.Models.Calls;

/// <summary>The bytes of an answer in a rented buffer.</summary>
sealed class AnswerBody : IDisposable
{
    const int FirstGuess = 8 << 10;

    byte[] _buffer;
    int _length;

    AnswerBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            // Some servers send a byte order mark, which no JSON reader takes.
            var all = _buffer.AsMemory(0, _length);
            return all.Span.StartsWith("\uFEFF"u8) ? all[3..] : all;
        }
    }

    /// <summary>Null for one of more than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="IOException">It ended before its announced length.</exception>
    public static async ValueTask<AnswerBody?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength;
        if (announced > limit)
        {
            return null;
        }

        // One more than announced, so that the end is seen without growing.
        var body = new AnswerBody(announced is { } length ? (int)length + 1 : FirstGuess);
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (await stream.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                body._length += read;
                if (body._length > limit)
                {
                    body.Dispose();
                    return null;
                }

                body.MakeRoom();
            }
        }

        return body;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    void MakeRoom()
    {
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_length * 2);
            _buffer.AsSpan().CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
