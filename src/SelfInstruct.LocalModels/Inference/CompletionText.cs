using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>
/// Text that grows until a stop string is complete, and then ends before it. The first to be complete counts, the
/// longest of those complete at once; how the text was cut into pieces makes no difference.
/// </summary>
sealed class CompletionText(ImmutableArray<string> stop)
{
    char[] _text = new char[256];
    int _length;

    public bool IsStopped { get; private set; }

    public int Length => _length;

    /// <summary>Characters that no later stop string takes back: all but an end that a stop string may begin with.</summary>
    public int Certain => IsStopped ? _length : _length - stop.Select(LongestBeginning).DefaultIfEmpty().Max();

    public string Slice(int start, int end) => new(_text, start, end - start);

    /// <returns>True when a stop string is complete; what comes after it is dropped.</returns>
    public bool Append(ReadOnlySpan<char> piece)
    {
        foreach (var character in piece)
        {
            if (IsStopped)
            {
                break;
            }

            if (_length == _text.Length)
            {
                Array.Resize(ref _text, 2 * _length);
            }

            _text[_length++] = character;
            CutAtStop();
        }

        return IsStopped;
    }

    public override string ToString() => new(_text, 0, _length);

    /// <summary>How much of a stop string the text ends with, short of all of it.</summary>
    int LongestBeginning(string end)
    {
        var length = Math.Min(end.Length - 1, _length);
        while (length > 0 && !_text.AsSpan(0, _length).EndsWith(end.AsSpan(0, length), StringComparison.Ordinal))
        {
            length--;
        }

        return length;
    }

    void CutAtStop()
    {
        var longest = 0;
        foreach (var end in stop)
        {
            if (end.Length > longest && _text.AsSpan(0, _length).EndsWith(end, StringComparison.Ordinal))
            {
                longest = end.Length;
            }
        }

        _length -= longest;
        IsStopped = longest > 0;
    }
}
