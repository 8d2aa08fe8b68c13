using System.Text.Json;
using SelfInstruct.Contamination;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Originals;

public sealed class ContaminationOfTheSeedsTests
{
    // Paper, appendix A.1: the mean over the seeds of ROUGE-L to the nearest of the 252 is 0.34, and one instruction stands in both.
    [Fact]
    public void The_seeds_are_as_near_to_the_user_oriented_tasks_as_the_paper_says()
    {
        var texts = Instructions("user_oriented_instructions.jsonl").Select(static (text, i) => new EvaluationText("user-oriented", $"{i}", "instruction", text));
        var index = new ContaminationIndex(texts, new ContaminationOptions { Splitter = WordSplitter.Released });
        var seeds = Instructions("seed_tasks.jsonl").ToList();
        Assert.Equal(0.34, seeds.Average(index.Nearest), 2);
        Assert.Equal(["Answer the following question."], seeds.Where(seed => index.FindEqual(seed, "instruction") is not null));
    }

    static IEnumerable<string> Instructions(string file) =>
        File.ReadLines(Repository.ConformanceFile("original", file)).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("instruction").GetString()!);
}
