namespace SelfInstruct.Review;

/// <summary>The whole lines of a file that grows; each is read once. One that was written anew is read from its beginning.</summary>
/// <param name="path">Need not be there yet.</param>
sealed class TailedFile(string path)
{
    const int LargestBlock = 8 << 20;

    long _offset;
    byte[] _beginning = [];

    public string FilePath => path;

    /// <summary>Whole lines since the last call, without their line feeds, block by block: the first time there may be millions.</summary>
    /// <param name="restarted">Called where the file is another one than before: forget what was read.</param>
    public IEnumerable<ReadOnlyMemory<byte>> ReadNew(Action restarted)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < _offset || !BeginsAsBefore(file))
        {
            (_offset, _beginning) = (0, []);
            restarted();
        }

        for (var lines = ReadBlock(file); lines.Count > 0; lines = ReadBlock(file))
        {
            foreach (var line in lines)
            {
                yield return line;
            }
        }
    }

    List<ReadOnlyMemory<byte>> ReadBlock(FileStream file)
    {
        List<ReadOnlyMemory<byte>> lines = [];
        file.Position = _offset;
        var block = new byte[(int)Math.Min(LargestBlock, Math.Max(0, file.Length - _offset))];
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

        return lines;
    }

    bool BeginsAsBefore(FileStream file)
    {
        var now = new byte[_beginning.Length];
        return file.ReadAtLeast(now, now.Length, throwOnEndOfStream: false) == now.Length && now.AsSpan().SequenceEqual(_beginning);
    }
}
