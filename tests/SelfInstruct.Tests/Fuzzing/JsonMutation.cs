using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>
/// Breaks JSON as text: a value for another, a key twice or gone, deep nesting, numbers beyond every type, half surrogate
/// pairs. Works on whatever looks like JSON, in any company, so that a broken text can be broken again.
/// </summary>
sealed class JsonMutation(ImmutableArray<string> words)
{
    static readonly ImmutableArray<string> Values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "0.5", "1e-400", "1e308", "1e400", "-1e400", "1E+2", "01", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "123456789012345678901234567890", "NaN", "Infinity", "\"\"", "\" \"", "\"x\"", "\"1\"", "\"null\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
        "\"\\u0000\"", "\"a\\nb\"", "\"\\ufeff\"", "\"\\ud83d\\ude00\"", "\"2026-13-45T99:99:99Z\"", "\"2026-11-27T12:00:00+00:00\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":null}", "{\"a\":1,\"a\":2}",
        "[1,2,3]", "[\"a\"]", "[\"\\ud800\"]", "{\"\\ud800\":1}", "", "\"\\x\"", "\"\t\"", "/*c*/1", "1,", ",",
    ];

    /// <summary>What is of the wrong kind most often.</summary>
    static readonly ImmutableArray<string> Simple = ["null", "[]", "{}", "\"\"", "0", "true", "[null]"];

    static readonly ImmutableArray<string> Pieces =
        ["\\ud800", "\\udfff", "\\u0000", "\\n", "\\\"", "\"", "\\", "\\u00", "\uFEFF", "\u2028", "\0", "\u00e9", "e\\u0301", "\ud83d\ude00", "  ", "\n", "..", "/", "{", "[", "}", "]", "%s", "<|endoftext|>", "\r\n"];

    readonly List<Span> _values = [];
    readonly List<Span> _members = [];

    public byte[] Break(byte[] input, byte[] other, Random random)
    {
        var text = Encoding.Latin1.GetString(input);
        Find(text);
        var value = _values.Count > 0 ? Mutation.Pick(_values, random) : new Span(text.Length, text.Length);
        var member = _members.Count > 0 ? Mutation.Pick(_members, random) : value;
        return Encoding.Latin1.GetBytes(random.Next(13) switch
        {
            0 or 1 => Put(text, value, Utf8(Mutation.Pick(Values, random))),
            2 => Put(text, value, Mutation.Pick(Simple, random)),
            3 => Put(text, value, PartOf(Encoding.Latin1.GetString(other), random)),
            4 => Put(text, member, ""),
            5 => Put(text, member, $"{Cut(text, member)},{Cut(text, member)}"),
            6 => Put(text, member, $"{Cut(text, member)},\"{Word(random)}\":{Utf8(Mutation.Pick(Values, random))}"),
            7 => Rename(text, member, random),
            8 => Nest(text, value, random),
            9 => Insert(text, value, random),
            10 => Put(text, value, Cut(text, Mutation.Pick(_values is [] ? [value] : _values, random))),
            11 => Put(text, value, NumberOf(random)),
            _ => BreakLines(text, random),
        });
    }

    /// <summary>Values, and members with their keys, by a scan that forgives everything.</summary>
    void Find(string text)
    {
        _values.Clear();
        _members.Clear();
        var open = new Stack<(int Start, int Key)>();
        var key = -1;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            if (text[at] is '{' or '[')
            {
                open.Push((at++, key));
                key = -1;
                continue;
            }

            if (text[at] is '}' or ']' && open.TryPop(out var group))
            {
                (start, key) = group;
                at++;
            }
            else if (EndOf(text, at) is var end && end > at)
            {
                at = end;
                if (text[start] == '"' && text.AsSpan(at).TrimStart(' ') is [':', ..])
                {
                    key = start;
                    continue;
                }
            }
            else
            {
                at++;
                continue;
            }

            _values.Add(new Span(start, at));
            if (key >= 0)
            {
                _members.Add(new Span(key, at));
            }

            key = -1;
        }
    }

    /// <summary>Of a text, a number or a word; where it starts, if it is none.</summary>
    static int EndOf(string text, int at)
    {
        var end = at;
        if (text[at] == '"')
        {
            for (end++; end < text.Length && text[end] is not ('"' or '\n'); end++)
            {
                end += text[end] == '\\' ? 1 : 0;
            }

            return Math.Min(text.Length, end + 1);
        }

        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '+' or '.'))
        {
            end++;
        }

        return end;
    }

    string PartOf(string other, Random random)
    {
        Find(other);
        return _values.Count > 0 ? Cut(other, Mutation.Pick(_values, random)) : other;
    }

    string Rename(string text, Span member, Random random)
    {
        var end = EndOf(text + " ", member.Start);
        return Put(text, new Span(member.Start, Math.Min(end, text.Length)), random.Next(8) == 0 ? Mutation.Pick(["\"\"", "\"\\ud800\"", "\"\\u0000\"", "1"], random) : $"\"{Word(random)}\"");
    }

    /// <summary>More levels than any reader takes, sometimes, and sometimes just one.</summary>
    static string Nest(string text, Span value, Random random)
    {
        var depth = random.Next(4) switch { 0 => 1, 1 => 62 + random.Next(5), 2 => random.Next(200), _ => 1000 + random.Next(9000) };
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        return Put(text, value, string.Concat(Enumerable.Repeat(open, depth)) + Cut(text, value) + (random.Next(4) == 0 ? "" : string.Concat(Enumerable.Repeat(close, depth))));
    }

    string Insert(string text, Span value, Random random)
    {
        var inside = value.Start + random.Next(value.End - value.Start + 1);
        var piece = random.Next(3) == 0 ? Word(random) : random.Next(20) == 0 ? new string('a', random.Next(70_000)) : Mutation.Pick(Pieces, random);
        return text[..inside] + Utf8(piece) + text[inside..];
    }

    static string BreakLines(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(7))
        {
            case 0:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 1:
                lines.RemoveAt(at);
                break;
            case 2:
                lines.Insert(at, Mutation.Pick(["", " ", "\r", "null", "[]", "{}", "\0\0\0", "[", "#"], random));
                break;
            case 3:
                lines[at] += lines[random.Next(lines.Count)];
                break;
            case 4:
                lines[at] += "\r";
                break;
            case 5:
                return Utf8("\uFEFF") + text;
            default:
                return random.Next(2) == 0 ? $"[{string.Join(",\n", lines.Where(static line => line.Length > 0))}]" : text.Trim('[', ']').Replace("},", "}\n", StringComparison.Ordinal);
        }

        return string.Join('\n', lines);
    }

    static string NumberOf(Random random) => random.Next(3) == 0
        ? random.NextDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "e" + random.Next(-400, 400)
        : Mutation.Interesting(random).ToString(System.Globalization.CultureInfo.InvariantCulture);

    string Word(Random random) => words.IsEmpty ? "a" : Utf8(Mutation.Pick(words, random));

    static string Cut(string text, Span span) => text[span.Start..span.End];

    static string Put(string text, Span span, string value) => text[..span.Start] + value + text[span.End..];

    /// <summary>Bytes stand as Latin-1 here, so that none is lost.</summary>
    static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    readonly record struct Span(int Start, int End);
}
