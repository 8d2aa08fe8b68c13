using System.Buffers;
using System.Collections.Immutable;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Words and phrases that no row should hold, whole and in any case. The project ships none: what is unsafe is for its user to say.</summary>
public sealed class WordList
{
    readonly SearchValues<string> _search;
    readonly ILookup<char, string> _byFirst;

    /// <param name="words">At least one; blank ones are left out.</param>
    public WordList(IEnumerable<string> words)
    {
        Words = [.. words.Select(static word => word.Trim()).Where(static word => word.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
        _search = SearchValues.Create(Words.AsSpan(), StringComparison.OrdinalIgnoreCase);
        _byFirst = Words.OrderByDescending(static word => word.Length).ToLookup(static word => char.ToUpperInvariant(word[0]));
    }

    public ImmutableArray<string> Words { get; }

    /// <summary>Files of one word or phrase a line; lines that begin with # are remarks.</summary>
    /// <exception cref="InvalidDataException">No such file, or nothing in them.</exception>
    public static WordList Load(IEnumerable<string> paths)
    {
        List<string> words = [];
        foreach (var path in paths)
        {
            words.AddRange(File.Exists(path)
                ? File.ReadLines(path).Where(static line => !line.StartsWith('#'))
                : throw new InvalidDataException($"--word-list {path}: no such file. Name a text file with one word or phrase on each line."));
        }

        return words.Any(static word => !string.IsNullOrWhiteSpace(word))
            ? new WordList(words)
            : throw new InvalidDataException($"--word-list {string.Join(", ", paths)}: holds no word. Put one word or phrase on each line.");
    }

    public QualityFault? Find(TrainingExample row) => FindIn("output", row.Output) ?? FindIn("input", row.Input) ?? FindIn("instruction", row.Instruction);

    QualityFault? FindIn(string field, string text)
    {
        for (var start = 0; start < text.Length && text.AsSpan(start).IndexOfAny(_search) is >= 0 and var offset; start++)
        {
            start += offset;
            foreach (var word in _byFirst[char.ToUpperInvariant(text[start])])
            {
                var end = start + word.Length;
                if (end <= text.Length && string.Compare(text, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0 && IsWhole(text, start, end))
                {
                    return new QualityFault(field, start, word.Length, "a word of the list");
                }
            }
        }

        return null;
    }

    /// <summary>No letter or digit goes on where a letter or digit of the word stands.</summary>
    static bool IsWhole(string text, int start, int end) =>
        (start == 0 || !char.IsLetterOrDigit(text[start]) || !char.IsLetterOrDigit(text[start - 1]))
        && (end == text.Length || !char.IsLetterOrDigit(text[end - 1]) || !char.IsLetterOrDigit(text[end]));
}
