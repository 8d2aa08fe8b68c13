using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;

namespace SelfInstruct.Cli;

/// <summary>Metrics as a table on stdout and as fields of `--json`.</summary>
static class MetricsTable
{
    /// <param name="rows">Those of a part begin with spaces.</param>
    /// <param name="showCounting">Say of each row which measure SuperNI's evaluation takes.</param>
    public static void Print(ImmutableArray<(string Name, GroupMetrics Group)> rows, bool showCounting = false)
    {
        var width = rows.Max(static row => row.Name.Length);
        Console.WriteLine($"{"".PadRight(width)}  {"n",8}  {"ROUGE-L",8}  {"exact",8}{(showCounting ? "  counts" : "")}");
        foreach (var (name, group) in rows)
        {
            var counting = showCounting ? SuperNICategories.ByExactMatch(group.Name) ? "  exact" : "  ROUGE-L" : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {group.N,8}  {group.RougeL,8:F4}  {group.ExactMatch,8:F4}{counting}"));
        }
    }

    public static JsonArray ToJson(ImmutableArray<GroupMetrics> groups) => new([.. groups.Select(ToJson)]);

    public static JsonObject ToJson(GroupMetrics group) =>
        new() { ["name"] = group.Name, ["n"] = group.N, ["rouge_l"] = group.RougeL, ["exact_match"] = group.ExactMatch };
}
