using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Tests.LocalModels;

public sealed class InferenceCompletionTextTests
{
    [Fact]
    public void A_stop_string_in_several_pieces_ends_the_text_before_it()
    {
        var text = new CompletionText(["\n\nTask"]);

        Assert.False(text.Append("one\n"));
        Assert.False(text.Append("\nTa"));
        Assert.True(text.Append("sk 2: two"));
        Assert.Equal("one", text.ToString());
    }

    [Fact]
    public void A_near_miss_stays() => Assert.Equal("a\n\nTable", Text("a\n\nTable", ["\n\nTask"], pieces: 1));

    [Theory]
    [InlineData("abcd", new[] { "cd", "bcd" }, "a")]
    [InlineData("abcdef", new[] { "abcdef", "cd" }, "ab")]
    [InlineData("xaab", new[] { "ab" }, "xa")]
    public void The_first_to_be_complete_counts_and_the_longest_of_those(string text, string[] stop, string expected) =>
        Assert.Equal(expected, Text(text, stop, pieces: 1));

    [Fact]
    public void Pieces_make_no_difference()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ => "abc"[random.Next(3)]));
            string[] stop = [.. Enumerable.Range(0, 3).Select(_ => text.Substring(random.Next(20), random.Next(2, 8)) + "abc"[random.Next(3)])];

            Assert.Equal(Twin(text, stop), Text(text, stop, pieces: random.Next(1, 31)));
        }
    }

    [Fact]
    public void A_long_text_without_stop_strings_stays_whole()
    {
        var text = new string('x', 5000);

        Assert.Equal(text, Text(text, [], pieces: 7));
    }

    [Fact]
    public void What_is_certain_is_never_taken_back_and_holds_back_no_more_than_it_must()
    {
        var random = new Random(2);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ => "ab"[random.Next(2)]));
            string[] stop = [.. Enumerable.Range(0, 3).Select(_ => text.Substring(random.Next(20), random.Next(1, 8)) + "abc"[random.Next(3)])];
            var completion = new CompletionText([.. stop]);
            var certain = new List<string>();
            foreach (var character in text)
            {
                if (completion.Append([character]))
                {
                    break;
                }

                var held = completion.ToString()[completion.Certain..];
                certain.Add(completion.ToString()[..completion.Certain]);
                Assert.True(held.Length == 0 || stop.Any(end => end.StartsWith(held, StringComparison.Ordinal)));
                Assert.DoesNotContain(stop, end => Enumerable.Range(held.Length + 1, Math.Max(0, Math.Min(end.Length - 1, completion.Length) - held.Length)).Any(length => completion.ToString().EndsWith(end[..length], StringComparison.Ordinal)));
            }

            Assert.All(certain, part => Assert.StartsWith(part, completion.ToString(), StringComparison.Ordinal));
        }
    }

    static string Text(string text, string[] stop, int pieces)
    {
        var completion = new CompletionText([.. stop]);
        foreach (var piece in text.Chunk(pieces))
        {
            completion.Append(piece);
        }

        return completion.ToString();
    }

    static string Twin(string text, string[] stop)
    {
        var ends = stop.Select(s => (Start: text.IndexOf(s, StringComparison.Ordinal), s.Length)).Where(m => m.Start >= 0).ToArray();
        return ends.Length == 0 ? text : text[..ends.OrderBy(m => m.Start + m.Length).ThenBy(m => m.Start).First().Start];
    }
}
