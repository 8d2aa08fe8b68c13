using System.Text.Json;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class RougeLTests
{
    [Fact] // Python: p, r = 7/8, 7/12; 2*p*r/(p+r) == 0.7000000000000001
    public void A_tie_at_the_threshold_rounds_as_the_reference_does() =>
        Assert.Equal(0.7000000000000001, RougeL.FMeasure(Enumerable.Range(0, 8).ToArray(), [0, 1, 2, 3, 4, 5, 6, 90, 91, 92, 93, 94]));

    [Fact]
    public void Nothing_is_similar_to_an_empty_text()
    {
        Assert.Equal(0, RougeL.FMeasure([], [1, 2]));
        Assert.Equal(0, RougeL.FMeasure([1, 2], []));
        Assert.Equal(0, RougeL.FMeasure([], []));
    }

    [Fact]
    public void The_longest_common_subsequence_is_that_of_the_definition()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 500; trial++)
        {
            var a = RandomWords(random);
            var b = RandomWords(random);
            Assert.Equal(ByDefinition(a, b), RougeL.FMeasure(a, b));
        }
    }

    [Theory]
    [InlineData("Write a poem, please!", "write a poem please")]
    [InlineData("café naïve", "caf na ve")]
    [InlineData("snake_case 3.14", "snake case 3 14")]
    [InlineData("İstanbul 5\u212A", "i stanbul 5k")] // Python 3.11: re.sub(r"[^a-z0-9]+", " ", s.lower())
    [InlineData("全角１２", "")]
    public void Words_are_those_of_the_reference(string text, string words) =>
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), RougeWords.Split(text));

    [Fact]
    public void Scores_recorded_in_real_runs_of_the_original_come_out_bit_for_bit()
    {
        var path = Repository.ConformanceFile("golden", "e2_rougeL_recorded_in_real_runs.jsonl");
        var compared = 0;
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var novelty = new NoveltyScan();
            novelty.Add(json.RootElement.GetProperty("other").GetString()!);
            var record = novelty.Record(json.RootElement.GetProperty("instruction").GetString()!);
            Assert.Equal(json.RootElement.GetProperty("recorded_fmeasure").GetDouble(), record.MostSimilar.Values.Single());
            compared++;
        }

        Assert.True(compared > 1000);
    }

    [Fact]
    public void The_reference_s_tokens_come_out()
    {
        var path = Repository.ConformanceFile("golden", "e3_tokens.jsonl");
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            Assert.Equal(root.GetProperty("nostem").EnumerateArray().Select(static token => token.GetString()), RougeWords.Split(root.GetProperty("text").GetString()!));
        }
    }

    static int[] RandomWords(Random random) => [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4))];

    // The textbook recursion: slow, obviously right, and nothing like the code under test.
    static double ByDefinition(int[] a, int[] b)
    {
        var lcs = Lcs(a, b);
        var (p, r) = ((double)lcs / a.Length, (double)lcs / b.Length);
        return lcs == 0 ? 0 : 2 * p * r / (p + r);
    }

    static int Lcs(ReadOnlySpan<int> a, ReadOnlySpan<int> b) =>
        a.IsEmpty || b.IsEmpty ? 0
        : a[0] == b[0] ? 1 + Lcs(a[1..], b[1..])
        : Math.Max(Lcs(a[1..], b), Lcs(a, b[1..]));
}
