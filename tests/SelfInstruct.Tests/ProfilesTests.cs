namespace SelfInstruct.Tests;

public sealed class ProfilesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_name_gives_options_of_that_name_that_can_be_run() =>
        Assert.All(Profiles.Names, static name => Assert.Equal(name, Profiles.Named(name).Validated().Profile));

    [Fact]
    public void The_paper_is_the_default() => Assert.Equal(SelfInstructSettings.ToYaml(new SelfInstructOptions()), SelfInstructSettings.ToYaml(Profiles.Named("paper")));

    [Fact]
    public void A_name_that_is_not_built_is_refused() =>
        Assert.Equal("profile is evol; known: " + string.Join(", ", Profiles.Names) + ".", Assert.Throws<InvalidDataException>(static () => Profiles.Named("evol")).Message);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_setting_of_a_profile_is_read_back_from_its_file(string name)
    {
        var yaml = SelfInstructSettings.ToYaml(Profiles.Named(name));
        Assert.Equal(yaml, SelfInstructSettings.ToYaml(SelfInstructSettings.ApplyFile(new SelfInstructOptions(), _folder.Write("run.yaml", yaml))));
        Assert.Empty(SelfInstructSettings.FindDifferences(Profiles.Named(name), _folder.In("run.yaml")));
    }

    [Fact]
    public void A_single_setting_of_a_profile_can_be_another()
    {
        var options = SelfInstructSettings.Apply(Profiles.Released, "instructions.reading", ["paper"], "--set");
        Assert.Equal(("released", "paper", "released"), (options.Profile, options.Instructions.Reading.Name, options.Instances.Reading.Name));
    }

    [Fact]
    public void A_reading_that_there_is_not_is_refused_with_those_there_are()
    {
        var error = Assert.Throws<InvalidDataException>(static () => SelfInstructSettings.Apply(new SelfInstructOptions(), "instances.reading", ["loose"], "--set"));
        Assert.StartsWith("--set: instances.reading is loose; it must be one of: paper, released", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Names() => [.. Profiles.Names];

    public void Dispose() => _folder.Dispose();
}
