using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Reports;

/// <summary>A report as GitHub-flavoured Markdown; its figures are files beside it.</summary>
public static class MarkdownPage
{
    public static string Write(Report report)
    {
        var page = new StringBuilder($"# {MarkupText.EscapeMarkdown(report.Title)}\n");
        Append(page, report.Blocks);
        return page.ToString();
    }

    static void Append(StringBuilder page, ImmutableArray<ReportBlock> blocks)
    {
        foreach (var block in blocks)
        {
            page.Append('\n');
            Append(page, block);
        }
    }

    static void Append(StringBuilder page, ReportBlock block)
    {
        switch (block)
        {
            case ReportHeading heading:
                page.Append($"## {MarkupText.EscapeMarkdown(heading.Text)}\n");
                break;
            case ReportParagraph paragraph:
                page.Append($"{MarkupText.EscapeMarkdown(paragraph.Text)}\n");
                break;
            case ReportTable table:
                AppendTable(page, table);
                break;
            case ReportFigure figure:
                page.Append($"![{MarkupText.EscapeMarkdown(figure.Chart.Description)}]({figure.Name}.svg)\n\n{MarkupText.EscapeMarkdown(figure.Caption)}\n");
                break;
            case ReportExcerpt excerpt:
                AppendExcerpt(page, excerpt);
                break;
            case ReportSideBySide side:
                Append(page, [.. side.Excerpts]);
                break;
            case ReportFold fold:
                page.Append($"<details>\n<summary>{MarkupText.Escape(fold.Summary)}</summary>\n");
                Append(page, fold.Blocks);
                page.Append("\n</details>\n");
                break;
        }
    }

    static void AppendTable(StringBuilder page, ReportTable table)
    {
        if (table.Caption is { } caption)
        {
            page.Append($"{MarkupText.EscapeMarkdown(caption)}\n\n");
        }

        AppendRow(page, table.Columns.Select(static column => MarkupText.EscapeMarkdown(column.Name)));
        AppendRow(page, table.Columns.Select(static column => column.IsNumber ? "---:" : "---"));
        foreach (var row in table.Rows)
        {
            AppendRow(page, row.Select(MarkupText.EscapeMarkdown));
        }
    }

    static void AppendRow(StringBuilder page, IEnumerable<string> cells) => page.Append($"| {string.Join(" | ", cells)} |\n");

    static void AppendExcerpt(StringBuilder page, ReportExcerpt excerpt)
    {
        var fence = new string('`', Math.Max(3, LongestRun(excerpt.Text) + 1));
        page.Append($"**{MarkupText.EscapeMarkdown(excerpt.Label)}**\n\n{fence}\n{excerpt.Text.ReplaceLineEndings("\n")}\n{fence}\n");
    }

    static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
