using System.Collections.Immutable;

namespace SelfInstruct.Reports;

/// <summary>What a report says, apart from how it is written down: <see cref="HtmlPage"/> and <see cref="MarkdownPage"/> do that.</summary>
/// <param name="Title">Of the page.</param>
/// <param name="Blocks">In reading order.</param>
public sealed record Report(string Title, ImmutableArray<ReportBlock> Blocks)
{
    /// <summary>Every figure, those inside folds included, in reading order.</summary>
    public IEnumerable<ReportFigure> Figures => FiguresOf(Blocks);

    static IEnumerable<ReportFigure> FiguresOf(ImmutableArray<ReportBlock> blocks) => blocks.SelectMany(static block => block switch
    {
        ReportFigure figure => [figure],
        ReportFold fold => FiguresOf(fold.Blocks),
        _ => Enumerable.Empty<ReportFigure>(),
    });
}

/// <summary>A part of a report. All text is plain: it is escaped where it is written.</summary>
public abstract record ReportBlock
{
    private protected ReportBlock()
    {
    }
}

/// <summary>Begins a section.</summary>
public sealed record ReportHeading(string Text) : ReportBlock;

public sealed record ReportParagraph(string Text) : ReportBlock;

/// <param name="Caption">Says what the numbers are; null: nothing.</param>
/// <param name="Rows">Each as long as the columns.</param>
public sealed record ReportTable(string? Caption, ImmutableArray<ReportColumn> Columns, ImmutableArray<ImmutableArray<string>> Rows) : ReportBlock;

/// <param name="IsNumber">Set to the right.</param>
public sealed record ReportColumn(string Name, bool IsNumber = true);

/// <param name="Name">Of its file, without extension: a-z, 0-9 and hyphens.</param>
/// <param name="Chart">What is drawn.</param>
/// <param name="Caption">Says what is seen and how it was measured.</param>
public sealed record ReportFigure(string Name, Chart Chart, string Caption) : ReportBlock;

/// <summary>Text of a model or a data set, shown letter by letter with its line breaks.</summary>
/// <param name="Label">Whose text it is.</param>
/// <param name="Text">Untrusted.</param>
public sealed record ReportExcerpt(string Label, string Text) : ReportBlock;

/// <summary>Excerpts to compare, next to each other where the page is wide enough.</summary>
public sealed record ReportSideBySide(ImmutableArray<ReportExcerpt> Excerpts) : ReportBlock;

/// <summary>Opened on demand; on paper always open.</summary>
public sealed record ReportFold(string Summary, ImmutableArray<ReportBlock> Blocks) : ReportBlock;
