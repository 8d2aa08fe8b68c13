using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SelfInstruct.Novelty;

/// <summary>By word, a row of lanes: the places at which each lane's candidate has that word. Words that none has share row 0, all zeros.</summary>
sealed class LaneRows
{
    /// <summary>Rows have 16-bit numbers; the words of all candidates together must not be more.</summary>
    public const int MostRows = ushort.MaxValue;

    const int Alignment = 64;

    ushort[] _rowOf = [];
    int[] _words = new int[256];
    byte[] _memory = [];
    int _offset;
    int _rowBytes;
    int _rows;

    /// <param name="rowBytes">Bytes of a row.</param>
    /// <param name="vocabulary">Above every id that is yet to come.</param>
    public void Begin(int rowBytes, int vocabulary)
    {
        foreach (var word in _words.AsSpan(0, Math.Max(0, _rows - 1)))
        {
            _rowOf[word] = 0;
        }

        if (_rowOf.Length < vocabulary)
        {
            Array.Resize(ref _rowOf, Math.Max(vocabulary, _rowOf.Length * 3 / 2));
        }

        (_rows, _rowBytes) = (1, rowBytes);
        Reserve(rowBytes);
        _memory.AsSpan(_offset, rowBytes).Clear();
    }

    /// <summary>The row of a word, a new one of zeros if it had none.</summary>
    public Span<byte> Row(int word)
    {
        ref var row = ref _rowOf[word];
        if (row == 0)
        {
            Append(word);
            row = (ushort)(_rows - 1);
        }

        return _memory.AsSpan(_offset + (row * _rowBytes), _rowBytes);
    }

    /// <summary>Row numbers, by word.</summary>
    public ref ushort Numbers => ref MemoryMarshal.GetArrayDataReference(_rowOf);

    /// <summary>The rows, as vectors.</summary>
    public ref TVector First<TVector>()
        where TVector : struct => ref Unsafe.As<byte, TVector>(ref _memory[_offset]);

    void Append(int word)
    {
        if (_rows > _words.Length)
        {
            Array.Resize(ref _words, _rows * 2);
        }

        _words[_rows - 1] = word;
        _rows++;
        Reserve(_rows * _rowBytes);
        _memory.AsSpan(_offset + ((_rows - 1) * _rowBytes), _rowBytes).Clear();
    }

    void Reserve(int bytes)
    {
        if (_offset + bytes <= _memory.Length)
        {
            return;
        }

        // Pinned, for its address to stay a multiple of a cache line.
        var memory = GC.AllocateUninitializedArray<byte>((bytes * 2) + Alignment, pinned: true);
        var offset = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) & (Alignment - 1));
        _memory.AsSpan(_offset, Math.Min(bytes, _memory.Length - _offset)).CopyTo(memory.AsSpan(offset));
        (_memory, _offset) = (memory, offset);
    }
}
