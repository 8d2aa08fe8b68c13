using System.Collections.Immutable;

namespace SelfInstruct.Miniature.Language;

/// <summary>The parts of a parsed <see cref="Template"/>.</summary>
internal abstract record Node
{
    public sealed record Literal(string Text) : Node;

    public sealed record Choice(ImmutableArray<Sequence> Options) : Node;

    public sealed record Slot(string Name, string Kind, string Form, ImmutableArray<string> Values) : Node;

    public sealed record Sequence(ImmutableArray<Node> Parts) : Node;
}
