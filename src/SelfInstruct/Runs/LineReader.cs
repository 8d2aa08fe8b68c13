using System.Buffers;

namespace SelfInstruct.Runs;

/// <param name="Offset">Of its first byte in the file.</param>
/// <param name="Json">Without its line feed; valid until the next line is asked for.</param>
readonly record struct FileLine(long Offset, ReadOnlyMemory<byte> Json);

/// <summary>The lines of a file as bytes, in blocks: a resume reads millions.</summary>
static class LineReader
{
    const int FirstBlock = 1 << 20;

    /// <summary>Lines that are not blank; what follows the last line feed is none. No file, no lines.</summary>
    public static IEnumerable<FileLine> Read(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = File.OpenHandle(path, share: FileShare.ReadWrite, options: FileOptions.SequentialScan);
        var block = ArrayPool<byte>.Shared.Rent(FirstBlock);
        try
        {
            for (long offset = 0; ;)
            {
                var length = Fill(file, block, offset);
                var whole = block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
                for (var start = 0; start < whole;)
                {
                    var end = start + block.AsSpan(start).IndexOf((byte)'\n');
                    if (!IsBlank(block.AsSpan(start, end - start)))
                    {
                        yield return new FileLine(offset + start, block.AsMemory(start, end - start));
                    }

                    start = end + 1;
                }

                if (length < block.Length)
                {
                    yield break;
                }

                offset += whole;
                if (whole == 0)
                {
                    block = Larger(block);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Bytes read; fewer than asked for only at the end of the file.</summary>
    static int Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] block, long offset)
    {
        var length = 0;
        while (length < block.Length && RandomAccess.Read(file, block.AsSpan(length), offset + length) is > 0 and var read)
        {
            length += read;
        }

        return length;
    }

    static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    static byte[] Larger(byte[] block)
    {
        var larger = ArrayPool<byte>.Shared.Rent(block.Length * 2);
        ArrayPool<byte>.Shared.Return(block);
        return larger;
    }
}
