namespace SelfInstruct.Novelty;

/// <summary>What counts as a word.</summary>
public abstract class WordSplitter
{
    private protected WordSplitter()
    {
    }

    /// <summary>
    /// The words of google-research's scorer without a stemmer: lower-cased runs of a-z and 0-9; everything else,
    /// accents and other scripts included, separates. A text without such a word is similar to nothing.
    /// </summary>
    public static WordSplitter Released { get; } = new ReleasedWords();

    /// <summary>
    /// Words of every script (Unicode Standard Annex 29, word boundaries), case-folded; each character of Han, kana,
    /// Thai, Lao, Khmer and Myanmar with its marks is a word of its own. docs/novelty.md says what is approximated.
    /// </summary>
    public static WordSplitter Modern { get; } = new ModernWords();

    public static IReadOnlyList<WordSplitter> All { get; } = [Released, Modern];

    /// <summary>The value of the setting instructions.words, and of dedupe's --words.</summary>
    public abstract string Name { get; }

    public IReadOnlyList<string> Split(string text)
    {
        var buffer = new WordBuffer();
        Split(text, buffer);
        return [.. Enumerable.Range(0, buffer.Count).Select(i => buffer[i].ToString())];
    }

    /// <summary>Appends the words of a text.</summary>
    internal abstract void Split(ReadOnlySpan<char> text, WordBuffer words);
}

/// <summary>Words one after another in one array that is used again: splitting allocates nothing once it has grown.</summary>
sealed class WordBuffer
{
    char[] _characters = new char[256];
    int[] _ends = new int[32];
    int _length;

    public int Count { get; private set; }

    /// <summary>The word that was begun, empty if none was.</summary>
    public ReadOnlySpan<char> Open => _characters.AsSpan(Start(Count), _length - Start(Count));

    public ReadOnlySpan<char> this[int index] => _characters.AsSpan(Start(index), _ends[index] - Start(index));

    public void Clear() => (Count, _length) = (0, 0);

    public void Append(char character)
    {
        if (_length == _characters.Length)
        {
            Array.Resize(ref _characters, _length * 2);
        }

        _characters[_length++] = character;
    }

    /// <summary>Ends the word that was begun, if one was.</summary>
    public void EndWord()
    {
        if (Open.IsEmpty)
        {
            return;
        }

        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
        }

        _ends[Count++] = _length;
    }

    /// <summary>Forgets the word that was begun.</summary>
    public void DropWord() => _length = Start(Count);

    int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
