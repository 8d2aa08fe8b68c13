using System.Collections.Immutable;

namespace SelfInstruct.Miniature;

/// <param name="Learn">False: the trainer reads the text but does not learn to predict it.</param>
public sealed record Piece(string Text, bool Learn);

/// <summary>One training text. Pieces end at line ends, so that encoding them apart gives the tokens of the whole.</summary>
/// <param name="Kind">One of <see cref="DocumentKinds"/>.</param>
public sealed record Document(string Kind, ImmutableArray<Piece> Pieces)
{
    public string Text => string.Concat(Pieces.Select(piece => piece.Text));
}

public static class DocumentKinds
{
    public const string Instructions = "instructions";
    public const string Classification = "classification";
    public const string InputFirst = "input-first";
    public const string OutputFirst = "output-first";
    public const string Story = "story";
    public const string Copy = "copy";
}
