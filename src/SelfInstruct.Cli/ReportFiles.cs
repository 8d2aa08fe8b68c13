using System.Collections.Immutable;
using SelfInstruct.Reports;

namespace SelfInstruct.Cli;

/// <summary>Writes a report's page, its Markdown and its charts.</summary>
static class ReportFiles
{
    /// <returns>What was written, the page first.</returns>
    public static ImmutableArray<string> Write(Report report, string folder)
    {
        Directory.CreateDirectory(folder);
        return
        [
            Write(Path.Combine(folder, "report.html"), HtmlPage.Write(report)),
            Write(Path.Combine(folder, "report.md"), MarkdownPage.Write(report)),
            .. report.Figures.Select(figure => Write(Path.Combine(folder, figure.Name + ".svg"), ChartStyle.ToFile(figure.Chart))),
        ];
    }

    static string Write(string path, string text)
    {
        File.WriteAllText(path, text);
        return path;
    }
}
