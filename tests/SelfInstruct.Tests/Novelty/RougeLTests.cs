using System.Text.Json;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class RougeLTests
{
    [Fact] // Python: p, r = 7/8, 7/12; 2*p*r/(p+r) == 0.7000000000000001
    public void A_tie_at_the_threshold_rounds_as_the_reference_does() =>
        Assert.Equal(0.7000000000000001, RougeL.FMeasure(7, 8, 12));

    [Fact]
    public void Lengths_at_the_boundary_are_decided_as_the_original_does()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.ConformanceFile("golden", "e9_threshold_boundary.json")));
        var thresholds = new ThresholdTable(0.7);
        foreach (var item in json.RootElement.GetProperty("items").EnumerateArray())
        {
            var (lcs, m, n) = (item.GetProperty("lcs").GetInt32(), item.GetProperty("len_a").GetInt32(), item.GetProperty("len_b").GetInt32());
            var rejected = item.GetProperty("rejected_by_original").GetBoolean();
            Assert.Equal(item.GetProperty("fmeasure").GetDouble(), RougeL.FMeasure(lcs, m, n));
            Assert.Equal(rejected ? lcs : lcs < Math.Min(m, n) ? lcs + 1 : ThresholdTable.Never, thresholds.Least(m, n));

            var pool = new NoveltyIndex();
            pool.Add(Text(lcs, m, "a"));
            Assert.Equal(rejected, !pool.IsNovel(Text(lcs, n, "b")));
        }

        static string Text(int shared, int length, string rest) =>
            string.Join(' ', Enumerable.Range(0, length).Select(i => i < shared ? $"s{i}" : $"{rest}{i}"));
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(0.35)]
    [InlineData(0)]
    public void The_table_holds_the_least_LCS_that_the_formula_puts_above_the_threshold(double threshold)
    {
        var thresholds = new ThresholdTable(threshold);
        foreach (var m in Enumerable.Range(0, 40).Concat([511, 512, 513, 700]))
        {
            foreach (var n in Enumerable.Range(0, 40).Concat([511, 512, 513, 700]))
            {
                var least = Enumerable.Range(1, Math.Min(m, n)).FirstOrDefault(lcs => RougeL.FMeasure(lcs, m, n) > threshold, ThresholdTable.Never);
                Assert.Equal(least, thresholds.Least(m, n));
                Assert.True(thresholds.LeastOfAny(n) <= least);
                Assert.True(thresholds.Row(m)[ThresholdTable.RowIndex(n)] <= least);
            }
        }
    }

    [Fact]
    public void Scores_recorded_in_real_runs_of_the_original_come_out_bit_for_bit()
    {
        var path = Repository.ConformanceFile("golden", "e2_rougeL_recorded_in_real_runs.jsonl");
        var compared = 0;
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var novelty = new NoveltyIndex();
            novelty.Add(json.RootElement.GetProperty("other").GetString()!);
            var record = novelty.Record(json.RootElement.GetProperty("instruction").GetString()!);
            Assert.Equal(json.RootElement.GetProperty("recorded_fmeasure").GetDouble(), record.MostSimilar.Values.Single());
            compared++;
        }

        Assert.True(compared > 1000);
    }
}
