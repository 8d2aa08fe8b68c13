namespace SelfInstruct.Runs;

/// <summary>A crash can leave half a line at the end of an append-only file.</summary>
public static class TornTail
{
    /// <summary>Cuts what follows the last line feed, and last lines with a NUL in them, which a power failure leaves and JSON never has.</summary>
    public static void Cut(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var end = EndOfLastLine(file, file.Length);
        while (end > 0 && EndOfLastLine(file, end - 1) is var start && HasNul(file, start, end))
        {
            end = start;
        }

        if (end < file.Length)
        {
            file.SetLength(end);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Cuts what follows the first <paramref name="count"/> lines that are not blank; they keep every byte.</summary>
    public static void KeepLines(string path, int count)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(EndOfLine(file, count));
        file.Flush(flushToDisk: true);
    }

    static long EndOfLine(FileStream file, int count)
    {
        var (end, isBlank) = (0L, true);
        for (long position = 1; count > 0 && file.ReadByte() is >= 0 and var next; position++)
        {
            isBlank &= next is ' ' or '\t' or '\r' or '\n';
            if (next == '\n')
            {
                (end, count, isBlank) = (position, isBlank ? count : count - 1, true);
            }
        }

        return end;
    }

    static bool HasNul(FileStream file, long start, long end)
    {
        Span<byte> block = stackalloc byte[4096];
        for (file.Position = start; start < end;)
        {
            var part = block[..(int)Math.Min(block.Length, end - start)];
            file.ReadExactly(part);
            if (part.Contains((byte)0))
            {
                return true;
            }

            start += part.Length;
        }

        return false;
    }

    /// <summary>Of the part of the file before <paramref name="end"/>.</summary>
    static long EndOfLastLine(FileStream file, long end)
    {
        Span<byte> block = stackalloc byte[4096];
        while (end > 0)
        {
            var start = Math.Max(0, end - block.Length);
            var part = block[..(int)(end - start)];
            file.Position = start;
            file.ReadExactly(part);
            var lineFeed = part.LastIndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                return start + lineFeed + 1;
            }

            end = start;
        }

        return 0;
    }
}
