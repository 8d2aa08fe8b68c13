using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Reports;

/// <summary>A report as one HTML file: no script, nothing from elsewhere, light and dark, fit for paper and phone.</summary>
public static class HtmlPage
{
    const string Css =
        """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
        h1{font-size:1.7rem;line-height:1.25;margin:.5rem 0 1rem}
        h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--rule)}
        p{margin:.5rem 0;max-width:46rem}
        .wide{overflow-x:auto;margin:1rem 0}
        .wide:focus-visible,summary:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
        table{border-collapse:collapse;font-size:.9rem}
        caption{text-align:left;color:var(--faint);padding:0 0 .5rem}
        th,td{padding:.35rem .75rem;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
        th{font-weight:600;border-bottom-color:var(--faint)}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        figure{margin:1.5rem 0}
        figcaption{color:var(--faint);font-size:.9rem;max-width:46rem}
        .chart{display:block;width:100%;min-width:35rem;max-width:45rem;height:auto}
        .side{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.75rem;margin:.75rem 0}
        .excerpt{border:1px solid var(--rule);border-radius:.4rem;padding:.5rem .75rem;margin:.75rem 0;min-width:0}
        .side .excerpt{margin:0}
        .excerpt b{display:block;font-size:.85rem;color:var(--faint);font-weight:600;overflow-wrap:anywhere}
        pre{margin:.25rem 0 0;font:.85rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
        .empty{color:var(--faint);font-style:italic}
        details{margin:.5rem 0;border-left:3px solid var(--rule);padding-left:.75rem}
        summary{cursor:pointer;padding:.35rem 0;overflow-wrap:anywhere}
        @media print{body{font-size:11pt}main{max-width:none;padding:0}figure,.excerpt,tr{break-inside:avoid}h2{break-after:avoid}.wide{overflow:visible}.chart{min-width:0}details::details-content{content-visibility:visible;display:block;height:auto}}
        """;

    public static string Write(Report report)
    {
        var page = new StringBuilder(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{MarkupText.Escape(report.Title)}</title>
            <style>
            {ChartStyle.Css}
            {Css}
            </style>
            </head>
            <body>
            <main>
            <h1>{MarkupText.Escape(report.Title)}</h1>

            """);
        Append(page, report.Blocks);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    static void Append(StringBuilder page, ImmutableArray<ReportBlock> blocks)
    {
        foreach (var block in blocks)
        {
            Append(page, block);
        }
    }

    static void Append(StringBuilder page, ReportBlock block)
    {
        switch (block)
        {
            case ReportHeading heading:
                page.Append($"<h2>{MarkupText.Escape(heading.Text)}</h2>\n");
                break;
            case ReportParagraph paragraph:
                page.Append($"<p>{MarkupText.Escape(paragraph.Text)}</p>\n");
                break;
            case ReportTable table:
                AppendTable(page, table);
                break;
            case ReportFigure figure:
                page.Append($"<figure>\n<div class=\"wide\" tabindex=\"0\">\n{figure.Chart.ToSvg()}\n</div>\n<figcaption>{MarkupText.Escape(figure.Caption)}</figcaption>\n</figure>\n");
                break;
            case ReportExcerpt excerpt:
                AppendExcerpt(page, excerpt);
                break;
            case ReportSideBySide side:
                page.Append("<div class=\"side\">\n");
                Append(page, [.. side.Excerpts]);
                page.Append("</div>\n");
                break;
            case ReportFold fold:
                page.Append($"<details>\n<summary>{MarkupText.Escape(fold.Summary)}</summary>\n");
                Append(page, fold.Blocks);
                page.Append("</details>\n");
                break;
        }
    }

    static void AppendTable(StringBuilder page, ReportTable table)
    {
        page.Append("<div class=\"wide\" tabindex=\"0\">\n<table>\n");
        if (table.Caption is { } caption)
        {
            page.Append($"<caption>{MarkupText.Escape(caption)}</caption>\n");
        }

        AppendRow(page, "th scope=\"col\"", "th", table.Columns, [.. table.Columns.Select(static column => column.Name)]);
        foreach (var row in table.Rows)
        {
            AppendRow(page, "td", "td", table.Columns, row);
        }

        page.Append("</table>\n</div>\n");
    }

    static void AppendRow(StringBuilder page, string opening, string name, ImmutableArray<ReportColumn> columns, ImmutableArray<string> cells)
    {
        page.Append("<tr>");
        foreach (var (column, cell) in columns.Zip(cells))
        {
            page.Append($"<{opening}{(column.IsNumber ? " class=\"n\"" : "")}>{MarkupText.Escape(cell)}</{name}>");
        }

        page.Append("</tr>\n");
    }

    static void AppendExcerpt(StringBuilder page, ReportExcerpt excerpt)
    {
        var text = excerpt.Text.Length > 0 ? MarkupText.Escape(excerpt.Text) : "<span class=\"empty\">empty</span>";

        // A line feed right after <pre> is not part of the text; one of the text itself must survive it.
        page.Append($"<div class=\"excerpt\"><b>{MarkupText.Escape(excerpt.Label)}</b><pre>\n{text}</pre></div>\n");
    }
}
