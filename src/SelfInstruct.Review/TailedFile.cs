namespace SelfInstruct.Review;

/// <summary>The whole lines of a file that grows; each is read once. One that was written anew is read from its beginning.</summary>
/// <param name="path">Need not be there yet.</param>
sealed class TailedFile(string path)
{
    const int LargestBlock = 4 << 20;

    long _offset;
    byte[] _beginning = [];

    /// <summary>Whole lines since the last call, without their line feeds.</summary>
    /// <param name="restarted">The file is another one than before: forget what was read.</param>
    public List<ReadOnlyMemory<byte>> ReadNew(out bool restarted)
    {
        restarted = false;
        List<ReadOnlyMemory<byte>> lines = [];
        if (!File.Exists(path))
        {
            return lines;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < _offset || !BeginsAsBefore(file))
        {
            (_offset, _beginning, restarted) = (0, [], true);
        }

        while (ReadBlock(file, lines))
        {
        }

        return lines;
    }

    bool ReadBlock(FileStream file, List<ReadOnlyMemory<byte>> lines)
    {
        file.Position = _offset;
        var block = new byte[(int)Math.Min(LargestBlock, file.Length - _offset)];
        var length = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        var whole = block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        for (var start = 0; start < whole;)
        {
            var end = start + block.AsSpan(start).IndexOf((byte)'\n');
            lines.Add(block.AsMemory(start, end - start));
            start = end + 1;
        }

        _offset += whole;
        if (_beginning.Length == 0 && whole > 0)
        {
            _beginning = block[..Math.Min(whole, 256)];
        }

        return whole > 0 && _offset < file.Length;
    }

    bool BeginsAsBefore(FileStream file)
    {
        var now = new byte[_beginning.Length];
        return file.ReadAtLeast(now, now.Length, throwOnEndOfStream: false) == now.Length && now.AsSpan().SequenceEqual(_beginning);
    }
}
