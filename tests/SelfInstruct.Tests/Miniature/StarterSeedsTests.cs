using System.Text.Encodings.Web;
using System.Text.Json;
using SelfInstruct.Miniature;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Miniature;

/// <summary>Set UPDATE_STARTER=1 to write the committed files anew.</summary>
public sealed class StarterSeedsTests
{
    const int Seed = 1;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_committed_seed_tasks_are_those_of_the_world() =>
        Compare("seed_tasks.jsonl", string.Concat(StarterSeeds.Create(Seed).Select(task => JsonSerializer.Serialize(task, Json) + "\n")));

    [Fact]
    public void The_committed_prompts_are_those_of_the_world()
    {
        var prompts = StarterPrompts.Create(Seed);
        Compare("prompts/instructions.txt", prompts.Instructions);
        Compare("prompts/classification.txt", prompts.Classification);
        Compare("prompts/input-first.txt", prompts.InputFirst);
        Compare("prompts/output-first.txt", prompts.OutputFirst);
        Assert.All([prompts.Classification, prompts.InputFirst, prompts.OutputFirst], text => Assert.InRange(text.Length, 300, 1_000));
    }

    [Fact]
    public void Seeds_are_175_of_a_minority_of_families()
    {
        var tasks = StarterSeeds.Create(Seed);
        Assert.Equal(175, tasks.Length);
        Assert.Equal(25, tasks.Count(task => task.IsClassification));
        Assert.Equal(33, FamilySets.Seeds.Length);
        Assert.True(FamilySets.Seeds.Length * 3 < World.Families.Length);
        Assert.All(tasks, task => Assert.Equal(task.Name, World.Recognise(task.Instruction)?.Family.Name));
    }

    [Fact]
    public void Seeds_differ_from_one_another()
    {
        var tasks = StarterSeeds.Create(Seed);
        var said = new NoveltyIndex();
        Assert.All(tasks, task => Assert.True(said.TryAdd(task.Instruction), task.Instruction));
    }

    [Fact]
    public void What_a_perfect_model_would_say_survives_the_novelty_rule()
    {
        var random = new Random(3);
        var pool = new NoveltyIndex();
        foreach (var seed in StarterSeeds.Create(Seed))
        {
            pool.Add(seed.Instruction);
        }

        var survivors = Enumerable.Range(0, 3_000).Count(_ => pool.TryAdd(World.Families[random.Next(World.Families.Length)].Phrase(random).Text));
        TestContext.Current.TestOutputHelper?.WriteLine($"{survivors} of 3000 survive");
        Assert.InRange(survivors, 400, 3_000);
    }

    static void Compare(string name, string expected)
    {
        var path = Path.Combine(Root(), "models", "starter", name);
        if (Environment.GetEnvironmentVariable("UPDATE_STARTER") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SelfInstruct.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No SelfInstruct.slnx above the tests.");
        }

        return folder.FullName;
    }
}
