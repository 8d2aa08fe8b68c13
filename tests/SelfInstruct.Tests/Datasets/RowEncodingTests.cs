using SelfInstruct.Datasets;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Datasets;

public sealed class RowEncodingTests
{
    [Theory]
    [InlineData("Poem: Dew.\n\nFog.", "Dew.\nFog.")]
    [InlineData("Read https://example.org/a now", "//example.org/a now")]
    [InlineData("Time 10: 10: stop", "10: stop")]
    [InlineData("Name: Ana\nCity: Bern", "Name: Ana\nCity: Bern")]
    [InlineData("no name : here", "no name : here")]
    [InlineData("½: one half", "one half")]
    public void The_published_code_takes_the_one_word_before_colons_for_a_field_name(string input, string cleaned) =>
        Assert.Equal(cleaned, RowEncoding.Released.CleanInput(input));

    [Fact]
    public void One_example_in_two_layouts_is_two_rows_of_the_published_code_and_one_of_ours()
    {
        var instances = Enumerable.Repeat(new GeneratedInstance("Name a tree.", "", "Elm", null, null, null), 40).ToList();
        var theirs = Build(Profiles.Released.Datasets, RandomnessKind.Python).Rows;
        Assert.Equal(EncodingTemplates.WithoutInput.Length, theirs.Length);
        Assert.Single(Build(Profiles.Paper.Datasets, RandomnessKind.Counter).Rows);

        Dataset Build(DatasetOptions options, RandomnessKind kind) => new DatasetWriter(options, new Randomness(kind, 123)).Build(instances, []);
    }
}
