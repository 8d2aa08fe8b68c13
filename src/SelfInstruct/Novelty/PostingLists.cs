namespace SelfInstruct.Novelty;

/// <summary>
/// Append-only lists of 64-bit postings in one arena. A list is a chain of chunks, each larger than the one before;
/// nothing is ever moved, so readers follow it while one thread appends. A posting has the number of its text in
/// the upper half; they ascend along a list, the top bit is clear, and none is 0.
/// </summary>
sealed class PostingLists
{
    /// <summary>Postings of a chunk at most, and its link.</summary>
    public const int LargestChunk = 1024;

    const int BlockBits = 13;
    const int BlockSize = 1 << BlockBits;

    /// <summary>Marks a chunk's last place, which is no posting: above, the size of the next chunk; below, its position (0: none yet).</summary>
    const ulong Link = 1UL << 63;

    readonly int _firstChunk;
    readonly int _growth;

    /// <summary>Where each list begins (upper half; 0: empty) and where its next posting goes.</summary>
    ulong[] _lists;
    ulong[][] _blocks = [new ulong[BlockSize]];
    int _usedBlocks = 1;
    int _next;

    /// <param name="lists">How many to begin with.</param>
    /// <param name="firstChunk">Size of a list's first chunk, link included; a power of two.</param>
    /// <param name="growth">Size of a chunk by that of the one before: more is faster and takes more memory.</param>
    public PostingLists(int lists, int firstChunk, int growth)
    {
        _growth = growth;
        _firstChunk = firstChunk;
        _lists = new ulong[lists];
        _next = firstChunk;
    }

    public long Postings { get; private set; }

    public long Bytes => (_usedBlocks * (long)BlockSize * 8) + (_lists.Length * 8L);

    public void Append(int list, ulong posting)
    {
        Reserve(list + 1);
        Postings++;
        var (head, tail) = ((int)(_lists[list] >> 32), (int)_lists[list]);
        if (head == 0)
        {
            head = tail = NewChunk(_firstChunk);
            Write(tail, posting);
        }
        else if (Read(tail) is var link && link >= Link)
        {
            var chunk = NewChunk((int)(link >> 32) & int.MaxValue);
            Write(chunk, posting);
            Write(tail, Link | (uint)chunk);
            tail = chunk;
        }
        else
        {
            Write(tail, posting);
        }

        Volatile.Write(ref _lists[list], ((ulong)head << 32) | (uint)(tail + 1));
    }

    /// <summary>
    /// A list's first chunk, empty if there is none: read postings while <see cref="IsBelow"/>, then go on with
    /// <see cref="After"/> of what ended it.
    /// </summary>
    public ReadOnlySpan<ulong> Begin(int list)
    {
        var lists = Volatile.Read(ref _lists);
        return list < lists.Length ? At((int)(Volatile.Read(ref lists[list]) >> 32)) : default;
    }

    /// <summary>For <see cref="IsBelow"/>: postings of texts below a number.</summary>
    public static ulong Limit(int texts) => ((ulong)(uint)texts << 32) - 1;

    /// <summary>One comparison for three ends of a chunk: not written yet (0 wraps around), a link, a text at or beyond the limit.</summary>
    public static bool IsBelow(ulong posting, ulong limit) => posting - 1 < limit;

    public ReadOnlySpan<ulong> After(ref readonly ulong end) => Volatile.Read(in end) is var link && link >= Link ? At((int)(link & int.MaxValue)) : default;

    ReadOnlySpan<ulong> At(int position) =>
        position == 0 ? default : Volatile.Read(ref _blocks)[position >> BlockBits].AsSpan(position & (BlockSize - 1));

    void Reserve(int count)
    {
        if (count > _lists.Length)
        {
            var grown = new ulong[Math.Max(count, _lists.Length * 3 / 2)];
            _lists.CopyTo(grown, 0);
            Volatile.Write(ref _lists, grown);
        }
    }

    ulong Read(int position) => _blocks[position >> BlockBits][position & (BlockSize - 1)];

    void Write(int position, ulong value) => Volatile.Write(ref _blocks[position >> BlockBits][position & (BlockSize - 1)], value);

    /// <summary>A chunk lies within one block.</summary>
    int NewChunk(int size)
    {
        if ((_next & (BlockSize - 1)) + size > BlockSize || _next >> BlockBits == _usedBlocks)
        {
            _next = _usedBlocks << BlockBits;
            AddBlock();
        }

        var chunk = _next;
        _next += size;
        Write(chunk + size - 1, Link | ((ulong)Math.Min(size * _growth, LargestChunk) << 32));
        return chunk;
    }

    void AddBlock()
    {
        if (_usedBlocks == _blocks.Length)
        {
            var blocks = new ulong[_usedBlocks * 2][];
            _blocks.CopyTo(blocks, 0);
            Volatile.Write(ref _blocks, blocks);
        }

        Volatile.Write(ref _blocks[_usedBlocks++], new ulong[BlockSize]);
    }
}
