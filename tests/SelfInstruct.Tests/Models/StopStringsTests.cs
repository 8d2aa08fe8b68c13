using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class StopStringsTests
{
    static Gen<char[]> Letters => Gen.Elements('a', 'b', '\n').ArrayOf();

    [Theory]
    [InlineData("one\ntwo", "\n", "one")]
    [InlineData("one two", "three", "one two")]
    [InlineData("", "a", "")]
    [InlineData("16. more", "16.", "")]
    public void A_text_ends_before_its_stop_string(string text, string stop, string expected) => Assert.Equal(expected, StopStrings.Cut(text, [stop]));

    [Fact]
    public void The_stop_string_that_is_complete_first_counts() => Assert.Equal("xa", StopStrings.Cut("xabcd", ["abcd", "bc"]));

    [Fact]
    public void Of_those_complete_at_once_the_longest_counts() => Assert.Equal("x", StopStrings.Cut("xabc", ["c", "abc", "bc"]));

    [Fact]
    public void No_stop_strings_leave_the_text() => Assert.Equal("abc", StopStrings.Cut("abc", default));

    [Fact]
    public void A_whole_text_is_cut_as_a_server_cuts_a_growing_one() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                Letters.Select(static letters => string.Concat(letters)).ToArbitrary(),
                Letters.Where(static letters => letters.Length > 0).Select(static letters => string.Concat(letters)).ArrayOf().ToArbitrary(),
                static (text, stops) => StopStrings.Cut(text, [.. stops]) == CutGrowing(text, [.. stops])));

    /// <summary>The slow twin: a character at a time, as a server that generates.</summary>
    static string CutGrowing(string text, ImmutableArray<string> stops)
    {
        var grown = "";
        foreach (var c in text)
        {
            grown += c;
            if (stops.Where(stop => grown.EndsWith(stop, StringComparison.Ordinal)).MaxBy(static stop => stop.Length) is { } complete)
            {
                return grown[..^complete.Length];
            }
        }

        return grown;
    }
}
