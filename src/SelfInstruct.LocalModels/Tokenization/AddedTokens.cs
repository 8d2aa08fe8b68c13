using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>Finds tokens by their literal text before anything else is made of it: the first in the text, the longest of those that start there.</summary>
sealed class AddedTokens
{
    readonly Dictionary<char, List<(string Text, int Token)>> _byFirst = [];

    public AddedTokens(Vocabulary vocabulary, params ReadOnlySpan<TokenKind> kinds)
    {
        for (var token = 0; token < vocabulary.Tokens.Length; token++)
        {
            if (vocabulary.Tokens[token] is { Length: > 0 } text && kinds.Contains(vocabulary.KindOf(token)))
            {
                _byFirst.TryAdd(text[0], []);
                _byFirst[text[0]].Add((text, token));
            }
        }

        foreach (var sameFirst in _byFirst.Values)
        {
            sameFirst.Sort((a, b) => b.Text.Length.CompareTo(a.Text.Length));
        }
    }

    /// <returns>The whole text in pieces; token −1: a piece to be encoded as text.</returns>
    public IEnumerable<(int Start, int Length, int Token)> Cut(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length && _byFirst.Count > 0;)
        {
            if (Find(text, at) is not var (found, token))
            {
                at++;
                continue;
            }

            if (at > start)
            {
                yield return (start, at - start, -1);
            }

            yield return (at, found.Length, token);
            start = at += found.Length;
        }

        if (start < text.Length)
        {
            yield return (start, text.Length - start, -1);
        }
    }

    (string Text, int Token)? Find(string text, int at)
    {
        if (_byFirst.TryGetValue(text[at], out var candidates))
        {
            foreach (var candidate in candidates)
            {
                if (text.AsSpan(at).StartsWith(candidate.Text))
                {
                    return candidate;
                }
            }
        }

        return null;
    }
}
