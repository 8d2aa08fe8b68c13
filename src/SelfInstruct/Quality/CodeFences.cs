using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Fences of backquotes as CommonMark has them: a fence is closed by a line of as many or more, and nothing else on it.</summary>
static class CodeFences
{
    const int MaxIndent = 3;
    const int MinLength = 3;

    public static QualityFault? Find(TrainingExample row, QualityContext context) =>
        FindOpen("output", row.Output) ?? FindOpen("input", row.Input) ?? FindOpen("instruction", row.Instruction);

    static QualityFault? FindOpen(string field, string text)
    {
        if (!text.Contains("```", StringComparison.Ordinal))
        {
            return null;
        }

        var (openAt, openLength, start) = (-1, 0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            start = line.IsEmpty ? start : OffsetOf(text, line);
            var trimmed = line.TrimStart(' ');
            var length = trimmed.Length - trimmed.TrimStart('`').Length;
            if (length < MinLength || line.Length - trimmed.Length > MaxIndent)
            {
                continue;
            }

            var rest = trimmed[length..];
            if (openAt < 0)
            {
                // A line with further backquotes is code in a line: ```x```.
                (openAt, openLength) = rest.Contains('`') ? (-1, 0) : (start, length);
            }
            else if (length >= openLength && rest.IsWhiteSpace())
            {
                openAt = -1;
            }
        }

        return openAt < 0 ? null : new QualityFault(field, openAt, openLength, "a fence is not closed");
    }

    static int OffsetOf(string text, ReadOnlySpan<char> line) => text.AsSpan().Overlaps(line, out var offset) ? offset : 0;
}
