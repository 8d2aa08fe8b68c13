namespace SelfInstruct.Tests;

public sealed class SelfInstructSettingsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_is_laid_over_the_defaults()
    {
        var options = Apply("seed: 7\ninstructions:\n  temperature: 1.25\n  stop: [\"a b\", \"16.\"]\ndatasets:\n  include_seed_tasks: false\n");
        Assert.Equal((7, 1.25, false), (options.Seed, options.Instructions.Temperature, options.Datasets.IncludeSeedTasks));
        Assert.Equal(["a b", "16."], options.Instructions.Stop);
        Assert.Equal(0.5, options.Instructions.TopP);
    }

    [Fact]
    public void Paths_are_relative_to_the_file() =>
        Assert.Equal(_folder.In("seeds.jsonl"), Apply("seed_tasks: seeds.jsonl\n").SeedTasks);

    [Fact]
    public void A_list_of_paths_is_relative_to_the_file_and_a_list_of_names_is_split_at_commas()
    {
        var options = Apply("quality:\n  rules: [echo, unsafe]\n  word_lists: [a.txt, \"b, c.txt\"]\ndecontamination:\n  against: [tests]\n");
        Assert.Equal([_folder.In("a.txt"), _folder.In("b, c.txt")], options.Quality.WordLists);
        Assert.Equal([_folder.In("tests")], options.Decontamination.Against);
        Assert.Equal(["echo", "placeholder"], SelfInstructSettings.Apply(options, "quality.rules", ["echo, placeholder"], "--set").Quality.Rules);
        Assert.Empty(SelfInstructSettings.Apply(options, "quality.rules", [""], "--set").Quality.Rules);
        Assert.Equal(SelfInstructSettings.ToYaml(options), SelfInstructSettings.ToYaml(Apply(SelfInstructSettings.ToYaml(options))));
    }

    [Theory]
    [InlineData("refusals", "quality.rules has refusals; known: empty, refusal")]
    [InlineData("unsafe", "quality.word_lists is empty")]
    public void A_rule_that_cannot_be_asked_is_an_impossible_value(string rule, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(new SelfInstructOptions { Quality = new() { Rules = [rule] } }.Validated).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        var options = new SelfInstructOptions { Seed = -3, MaxCost = 1.5, Instructions = new() { Stop = ["\n\n", "16.", "x: y"] } };
        Assert.Equal(SelfInstructSettings.ToYaml(options), SelfInstructSettings.ToYaml(Apply(SelfInstructSettings.ToYaml(options))));
        Assert.Empty(SelfInstructSettings.FindDifferences(options, _folder.In("run.yaml")));
    }

    [Fact]
    public void A_difference_that_decides_answers_is_named_and_others_are_not()
    {
        File.WriteAllText(_folder.In("run.yaml"), SelfInstructSettings.ToYaml(new SelfInstructOptions()));
        var ours = new SelfInstructOptions { Seed = 7, MaxCost = 3, Instructions = new() { Target = 900 } };
        Assert.Equal(["seed: 42 there, 7 here"], SelfInstructSettings.FindDifferences(ours, _folder.In("run.yaml")));
    }

    [Theory]
    [InlineData("seed: 1\ninstruction:\n  temperature: 2\n", "run.yaml(3): there is no setting instruction.temperature")]
    [InlineData("seed: many\n", "run.yaml(1): seed is many; it must be a whole number.")]
    [InlineData("instructions:\n  top_p: hot\n", "run.yaml(2): instructions.top_p is hot; it must be a number.")]
    [InlineData("seed: [1\n", "not valid YAML")]
    [InlineData("just a text\n", "a configuration is a list of")]
    public void A_mistake_is_named_with_its_line(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Apply(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_impossible_values_are_listed_at_once()
    {
        var options = new SelfInstructOptions { Profile = "x", Instructions = new() { TopP = 0, MaxSimilarity = 2 } };
        var error = Assert.Throws<InvalidDataException>(options.Validated);
        Assert.Equal(3, error.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void A_negative_price_is_refused() =>
        Assert.Contains("prompt_price is -1", Assert.Throws<InvalidDataException>(new SelfInstructOptions { PromptPrice = -1 }.Validated).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    SelfInstructOptions Apply(string yaml) => SelfInstructSettings.ApplyFile(new SelfInstructOptions(), _folder.Write("run.yaml", yaml));
}
