using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace SelfInstruct.Miniature.Language;

/// <summary>Recursive descent over a template's characters.</summary>
internal sealed partial class TemplateParser
{
    readonly string _pattern;
    int _at;

    TemplateParser(string pattern) => _pattern = pattern;

    public static Node.Sequence Parse(string pattern)
    {
        var parser = new TemplateParser(Pointing().Replace(pattern, match => WaysToPoint(match.Groups["noun"].Value)));
        var root = parser.ParseSequence();
        return parser._at == parser._pattern.Length
            ? root
            : throw new FormatException($"Template '{pattern}' has a '{parser._pattern[parser._at]}' outside brackets; write (a|b).");
    }

    /// <summary>The input is pointed at in many ways, so that instructions do not share one boilerplate.</summary>
    static string WaysToPoint(string noun) => noun.EndsWith('s')
        ? $"(the {noun} below|these {noun}|the given {noun}|the following {noun}|the {noun} that follow|the {noun} in the input|the {noun} I give you|the {noun})"
        : $"(the {noun} below|this {noun}|the given {noun}|the following {noun}|the {noun} that follows|the {noun} in the input|the {noun} I give you|the {noun})";

    Node.Sequence ParseSequence()
    {
        var parts = ImmutableArray.CreateBuilder<Node>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            parts.Add(_pattern[_at] switch { '(' => ParseChoice(), '{' => ParseSlot(), _ => ParseLiteral() });
        }

        return new(parts.ToImmutable());
    }

    Node.Choice ParseChoice()
    {
        var options = ImmutableArray.CreateBuilder<Node.Sequence>();
        do
        {
            _at++;
            options.Add(ParseSequence());
        }
        while (_at < _pattern.Length && _pattern[_at] == '|');
        Close(')');
        return new(options.ToImmutable());
    }

    Node.Slot ParseSlot()
    {
        var end = _pattern.IndexOf('}', _at);
        var inside = end < 0 ? throw Unclosed('}') : _pattern[(_at + 1)..end].Split(':');
        _at = end + 1;
        var kind = Slots.KindOf(inside[0]).ToString();
        var form = inside.ElementAtOrDefault(1) ?? "";
        Forms.Check(form);
        return new(inside[0], kind, form, Lexicon.Slot(kind));
    }

    Node.Literal ParseLiteral()
    {
        var start = _at;
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')' or '(' or '{'))
        {
            _at++;
        }

        return new(_pattern[start.._at]);
    }

    void Close(char bracket)
    {
        if (_at == _pattern.Length || _pattern[_at] != bracket)
        {
            throw Unclosed(bracket);
        }

        _at++;
    }

    FormatException Unclosed(char bracket) => new($"Template '{_pattern}' lacks a '{bracket}'.");

    [GeneratedRegex("@(?<noun>[a-z]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pointing();
}
