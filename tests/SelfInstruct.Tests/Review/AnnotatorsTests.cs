using SelfInstruct.Review;

namespace SelfInstruct.Tests.Review;

public sealed class AnnotatorsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_is_known_after_reopening_and_older_ones_still_are()
    {
        var annotators = Annotators.Open(_folder.In("annotators.json"));
        var (first, lead) = (annotators.Issue("anna", isLead: false), annotators.Issue("lead", isLead: true));
        var second = annotators.Issue("anna", isLead: true);
        var reopened = Annotators.Open(_folder.In("annotators.json"));
        Assert.Equal(annotators.Secret, reopened.Secret);
        Assert.Equal(("anna", "anna", "lead"), (reopened.Find(first)?.Name, reopened.Find(second)?.Name, reopened.Find(lead)?.Name));

        // A second link makes nobody the lead.
        Assert.False(reopened.Find(second)!.IsLead);
        Assert.All(new[] { null, "", "x", first + "x", first[..^1], first.ToUpperInvariant() }, token => Assert.Null(reopened.Find(token)));
        var file = File.ReadAllText(_folder.In("annotators.json"));
        Assert.All(new[] { first, second, lead }, token => Assert.DoesNotContain(token, file, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.In("annotators.json")));
        }
    }

    [Fact]
    public void An_antiforgery_token_is_of_one_token_only()
    {
        Assert.True(Annotators.IsAntiforgery("a", Annotators.Antiforgery("a")));
        Assert.False(Annotators.IsAntiforgery("a", Annotators.Antiforgery("b")));
        Assert.False(Annotators.IsAntiforgery("a", null));
        Assert.False(Annotators.IsAntiforgery("a", "a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("judge:x")]
    [InlineData("adjudicated")]
    [InlineData("<b>")]
    [InlineData("anna\n")]
    public void What_would_pass_for_something_else_is_no_name(string name) =>
        Assert.Contains("a name is", Assert.Throws<InvalidDataException>(() => Annotators.Open(_folder.In("a.json")).Issue(name, isLead: false)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_file_is_named() =>
        Assert.Contains("annotators.json", Assert.Throws<InvalidDataException>(() => Annotators.Open(_folder.Write("annotators.json", "{}"))).Message, StringComparison.Ordinal);
}
