using System.Runtime.InteropServices;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>
/// Pages of prompts seen before, as a tree of token runs, so that prompts with the same demonstrations compute them once.
/// A page's contents depend on its tokens and those before it only, so a reader cannot tell whose they were. For one thread.
/// </summary>
/// <param name="capacity">Pages held at most; the least recently used ones that nobody reads make room.</param>
sealed class PrefixCache(CachePages pages, int capacity)
{
    readonly List<Node> _nodes = [];
    long _uses;

    public Node Root { get; } = new("", page: null, parent: null);

    public int Count => _nodes.Count;

    /// <returns>The node that follows with these tokens, one user more on its page; or null.</returns>
    /// <param name="tokens">[CachePage.Positions].</param>
    public Node? Follow(Node node, ReadOnlySpan<int> tokens)
    {
        if (!node.Children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Text(tokens), out var child))
        {
            return null;
        }

        child.LastUse = ++_uses;
        child.Page!.Users++;
        return child;
    }

    /// <summary>Hands over a full page that follows <paramref name="node"/>; the caller stays a user of the node it gets back.</summary>
    /// <returns>Its node, with another page if the same tokens came in from elsewhere meanwhile; null when there is no room.</returns>
    public Node? Add(Node node, ReadOnlySpan<int> tokens, CachePage page)
    {
        if (Follow(node, tokens) is { } known)
        {
            pages.Release(page);
            return known;
        }

        if (_nodes.Count >= capacity && !Evict())
        {
            return null;
        }

        var added = new Node(Text(tokens).ToString(), page, node) { LastUse = ++_uses };
        page.Users++;
        node.Children.Add(added.Tokens, added);
        _nodes.Add(added);
        return added;
    }

    bool Evict()
    {
        var oldest = _nodes.Where(node => node.Children.Count == 0 && node.Page!.Users == 1).MinBy(node => node.LastUse);
        if (oldest is null)
        {
            return false;
        }

        oldest.Parent!.Children.Remove(oldest.Tokens);
        _nodes.Remove(oldest);
        pages.Release(oldest.Page!);
        return true;
    }

    // Token ids as characters, two each: a key that compares by content.
    static ReadOnlySpan<char> Text(ReadOnlySpan<int> tokens) => MemoryMarshal.Cast<int, char>(tokens);

    public sealed class Node(string tokens, CachePage? page, Node? parent)
    {
        public string Tokens { get; } = tokens;

        /// <summary>Null for the root.</summary>
        public CachePage? Page { get; } = page;

        public Node? Parent { get; } = parent;

        public Dictionary<string, Node> Children { get; } = [];

        public long LastUse { get; set; }
    }
}
