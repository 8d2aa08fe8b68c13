using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Breaks what models write: markers moved, doubled and lost, fences opened and not closed, loops, other scripts.</summary>
static partial class TextMutation
{
    static readonly ImmutableArray<string> Pieces =
    [
        "\n", "\n\n", "\r\n", "\r", " ", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "\0", "\ufeff", "\ufffd", "```", "```json\n", "\n```", "**", "__", "*", "- ", "# ", "|", ":", ".", ",", "\"", "\\", "{", "}", "[", "]", "<", ">",
        "1.", "16.", "99999999999999999999. ", "1) ", "###", "Input:", "Output:", "Class label:", "Example 1", "Example", "Task:", "Instruction:", "Yes", "no", "true", "Rating: A", "Better: tie", "Score: 5", "Task: yes\nInput: yes\nOutput: yes",
        "I'm sorry, but I can't", "As an AI language model", "{\"output\":", "[{\"instruction\": \"", "\"input\": null", "\\ud800", "Ω", "日本語の文", "ﬁ", "İ", "ß", "e\u0301", "\ud83d\ude00", "\u0660\u0661", "½", "<noinput>", "No input.", "<|im_start|>", "<|im_end|>",
        "<|endoftext|>", "[INST]", "[/INST]", "<<SYS>>", "<|start_header_id|>", "{% for m in messages %}", "{{ bos_token }}", "---", "////", "a a a a a a a a ",
    ];

    public static byte[] Break(byte[] input, byte[] other, ImmutableArray<string> words, Random random)
    {
        var parts = Parts(Encoding.UTF8.GetString(input));
        var at = random.Next(parts.Count + 1);
        var end = Math.Min(parts.Count, at + 1 + random.Next(4));
        switch (random.Next(9))
        {
            case 0:
                parts.RemoveRange(at, end - at);
                break;
            case 1:
                parts.InsertRange(at, parts[at..end]);
                break;
            case 2 or 3:
                parts.Insert(at, Mutation.Pick(Pieces, random));
                break;
            case 4:
                parts.Insert(at, words.IsEmpty ? "a" : Mutation.Pick(words, random));
                break;
            case 5:
                var others = Parts(Encoding.UTF8.GetString(other));
                parts.InsertRange(at, others[random.Next(others.Count + 1)..]);
                break;
            case 6 when at < parts.Count:
                parts[at] = Mutation.Pick(Pieces, random);
                break;
            case 7 when at < parts.Count:
                var swapped = random.Next(parts.Count);
                (parts[at], parts[swapped]) = (parts[swapped], parts[at]);
                break;
            default:
                parts.Insert(at, string.Concat(Enumerable.Repeat(random.Next(2) == 0 && at < parts.Count ? parts[at] : Mutation.Pick(Pieces, random), random.Next(random.Next(8) == 0 ? 3000 : 30))));
                break;
        }

        return Encoding.UTF8.GetBytes(string.Concat(parts));
    }

    /// <summary>Runs of letters or digits, runs of white space, and single signs.</summary>
    static List<string> Parts(string text) => [.. Part().Matches(text).Select(static match => match.Value)];

    [GeneratedRegex(@"\p{L}+|\p{N}+|\s+|[^\p{L}\p{N}\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}

/// <summary>Breaks YAML: indentation, scalars of another kind, anchors, tags, flow style and nesting.</summary>
static class YamlMutation
{
    static readonly ImmutableArray<string> Scalars =
    [
        "", "~", "null", "true", "no", "0", "-1", "1e400", ".inf", ".nan", "99999999999999999999", "0x10", "0o7", "2026-13-45", "\"\\ud800\"", "\"\\x00\"", "'it''s'", "'", "\"", "[]", "{}", "[a, b]", "[", "{", "{a: b", "[[1]]", "{a: 1, a: 2}",
        "&a [*a]", "&a x", "*a", "*b", "!!binary eA==", "!!int x", "!!map {}", "! x", "|", ">", "|\n  x", ">-\n\n x", "|9", "? a", "- a", "# x", "%", "@", "`", "\t", "a: b: c", "<<: *a", "---", "...", "\u2028", "\ufeff", "\0", "é", "\ud83d\ude00",
    ];

    public static byte[] Break(byte[] input, byte[] other, ImmutableArray<string> words, Random random)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n').ToList();
        var at = random.Next(lines.Count);
        var colon = lines[at].IndexOf(':', StringComparison.Ordinal);
        var scalar = random.Next(3) == 0 && !words.IsEmpty ? Mutation.Pick(words, random) : Mutation.Pick(Scalars, random);
        switch (random.Next(10))
        {
            case 0 or 1 or 2 when colon >= 0:
                lines[at] = $"{lines[at][..colon]}: {scalar}";
                break;
            case 3 when colon >= 0:
                lines[at] = scalar + lines[at][colon..];
                break;
            case 4:
                lines[at] = new string(random.Next(6) == 0 ? '\t' : ' ', random.Next(6)) + lines[at].TrimStart();
                break;
            case 5:
                lines.RemoveAt(at);
                break;
            case 6:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 7:
                var others = Encoding.UTF8.GetString(other).Split('\n');
                lines.InsertRange(at, others[random.Next(others.Length)..]);
                break;
            case 8:
                lines[at] = Nest(lines[at], colon, random);
                break;
            default:
                lines.Insert(at, scalar);
                break;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    static string Nest(string line, int colon, Random random)
    {
        var depth = random.Next(3) switch { 0 => random.Next(4), 1 => random.Next(200), _ => random.Next(20_000) };
        var (open, close) = Mutation.Pick([("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")], random);
        return $"{line[..(colon + 1)]} {string.Concat(Enumerable.Repeat(open, depth))}x{(random.Next(4) == 0 ? "" : string.Concat(Enumerable.Repeat(close, depth)))}";
    }
}
