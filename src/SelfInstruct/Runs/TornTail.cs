namespace SelfInstruct.Runs;

/// <summary>A crash can leave half a line at the end of an append-only file.</summary>
public static class TornTail
{
    /// <summary>Cuts what follows the last line feed.</summary>
    public static void Cut(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var end = EndOfLastLine(file);
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

    static long EndOfLastLine(FileStream file)
    {
        Span<byte> block = stackalloc byte[4096];
        for (var end = file.Length; end > 0;)
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
