using System.Collections.Immutable;
using SelfInstruct.Miniature.Language;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature;

/// <summary>
/// The starter's 175 seed tasks, 25 of them classification, as in the paper (section 2.2). They come from
/// <see cref="FamilySets.Seeds"/>, so that what the model generates can go beyond them.
/// </summary>
public static class StarterSeeds
{
    const int LabelledCount = 25;
    const int OtherCount = 150;
    const double FirstLimit = 0.55;
    const double LimitStep = 0.05;
    const int Tries = 200;

    public static ImmutableArray<SeedTask> Create(int seed)
    {
        var random = new Random(seed);
        var tasks = new List<SeedTask>();
        var said = new NoveltyIndex();
        Fill(tasks, said, random, [.. FamilySets.Seeds.Where(family => !family.IsClassification)], OtherCount);
        Fill(tasks, said, random, [.. FamilySets.Seeds.Where(family => family.IsClassification)], LabelledCount);
        var order = tasks.ToArray();
        random.Shuffle(order);
        return [.. order.Select((task, i) => task with { Id = $"seed_task_{i}" })];
    }

    static void Fill(List<SeedTask> tasks, NoveltyIndex said, Random random, ImmutableArray<TaskFamily> families, int count)
    {
        for (var i = 0; i < count; i++)
        {
            tasks.Add(Different(said, random, families[i % families.Length]));
            said.Add(tasks[^1].Instruction);
        }
    }

    /// <summary>A task unlike those before; the limit rises only when the family has nothing as different left.</summary>
    static SeedTask Different(NoveltyIndex before, Random random, TaskFamily family)
    {
        for (var limit = FirstLimit; ; limit += LimitStep)
        {
            for (var i = 0; i < Tries; i++)
            {
                var said = family.Phrase(random);
                if (!HoldOut.IsHeldOut(said.Text) && before.Record(said.Text).MostSimilar.Values.FirstOrDefault() <= limit)
                {
                    return new("", family.Name, said.Text, [Example(family, random, said.Slots)], family.IsClassification);
                }
            }
        }
    }

    static Instance Example(TaskFamily family, Random random, Slots slots)
    {
        while (true)
        {
            var example = family.Example(random, slots);
            if (!HoldOut.IsHeldOut(family, slots, example.Input))
            {
                return example;
            }
        }
    }
}
