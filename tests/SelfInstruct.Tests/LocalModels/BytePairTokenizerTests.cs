using FsCheck;
using FsCheck.Fluent;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

public sealed class BytePairTokenizerTests
{
    static readonly string[] Text =
    [
        "The cat sat on the mat, and the hat that the cat had sat on wasn't the cat's hat.\n\n",
        "Tom has 12 apples and 125 pears; he'll give 12 apples to the cat. We've 2026 reasons!\r\n\ttabs  and   spaces \n",
        "aaaa aaa aa aaaaaaaaa abababab ====== --- über naïve 東京 東京都 😀😀😀 ½ ² ٣٤",
    ];

    static readonly Vocabulary Vocabulary = BytePairTraining.Train(Text, 290, TestContext.Current.CancellationToken);
    static readonly BytePairTokenizer Tokenizer = new(Vocabulary);

    static readonly Config Quiet = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    /// <summary>Strings of pieces that pre-tokenisation and merging care about, lone surrogates among them.</summary>
    static readonly Gen<string> AnyText = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Select(s => s ?? ""),
            Gen.Elements("the cat", " ", "  ", "\n", "\t", "'s", "'ll", "'", "12", "a", "aaa", "=", "é", "東京", "😀", "𝐀", "½", "\u00a0", "\ud83d", "\ude00", "<|endoftext|>"))
        .ListOf()
        .Select(string.Concat);

    [Fact]
    public void Training_learns_the_pairs_that_the_textbook_algorithm_learns()
    {
        var twin = TokenizerTwins.Train(Text, 290);

        Assert.Equal(twin.Merges, Vocabulary.Merges);
        Assert.Equal(twin.Tokens, Vocabulary.Tokens);
        Assert.Equal(290, Vocabulary.Tokens.Length);
    }

    [Fact]
    public void Training_twice_gives_the_same_vocabulary_whatever_the_order_of_documents()
    {
        var again = BytePairTraining.Train(Text.Reverse(), 290, TestContext.Current.CancellationToken);

        Assert.Equal(Vocabulary.Merges, again.Merges);
    }

    [Fact]
    public void A_vocabulary_starts_with_the_bytes_in_the_order_of_GPT2_and_ends_with_end_of_text()
    {
        // GPT-2's encoder.json: "!" 0, "~" 93, "¡" 94, "ÿ" 187, byte 0 "Ā" 188, space "Ġ" 220, byte 0xAD "Ń" 255.
        Assert.Equal(["!", "~", "¡", "ÿ", "Ā", "Ġ", "Ń"], new[] { 0, 93, 94, 187, 188, 220, 255 }.Select(i => Vocabulary.Tokens[i]));
        Assert.Equal("<|endoftext|>", Vocabulary.Tokens[^1]);
        Assert.Equal(Vocabulary.Tokens.Length - 1, Vocabulary.EndOfText);
    }

    [Fact]
    public void Digits_stay_apart_unless_asked_for()
    {
        string[] text = [string.Concat(Enumerable.Repeat("year 2026 2026 1999 ", 20))];

        var apart = BytePairTraining.Train(text, 300, TestContext.Current.CancellationToken);
        var together = BytePairTraining.Train(text, 300, mergeDigits: true, TestContext.Current.CancellationToken);

        Assert.All(apart.Tokens, token => Assert.True(token.Count(char.IsAsciiDigit) < 2, token));
        Assert.Contains("Ġ2026", together.Tokens);
    }

    [Fact]
    public void Training_stops_when_no_pair_occurs_twice()
    {
        var vocabulary = BytePairTraining.Train(["abcab"], 1000, TestContext.Current.CancellationToken);

        Assert.Equal(["a b"], vocabulary.Merges);
        Assert.Equal(258, vocabulary.Tokens.Length);
    }

    [Fact]
    public void Encoding_merges_as_the_textbook_algorithm_does() =>
        Prop.ForAll(AnyText.Where(WithinBasicPlane).ToArbitrary(), text =>
                TokenizerTwins.Encode(Vocabulary, text).SequenceEqual(Tokenizer.Encode(text)))
            .Check(Quiet);

    [Fact]
    public void Encoding_follows_ranks_that_no_training_would_give()
    {
        // "b c" outranks "a b" only once "bc" could not be there any more; and merges that make the same token twice.
        var vocabulary = Vocabulary with
        {
            Tokens = [.. Vocabulary.Tokens[..256], "ab", "abc", "bc", "<|endoftext|>"],
            Merges = ["ab c", "b c", "a b", "a bc"],
            EndOfText = 259,
        };
        string[] words = ["abc", "ab", "aabcc", "abcabc", "bcbc", "abab"];

        Assert.All(words, word => Assert.Equal(TokenizerTwins.Encode(vocabulary, word), new BytePairTokenizer(vocabulary).Encode(word)));
    }

    [Fact]
    public void Any_text_comes_back_but_for_half_surrogates() =>
        Prop.ForAll(AnyText.ToArbitrary(), text => Tokenizer.Decode(Tokenizer.Encode(text)) == WholeCharacters(text))
            .Check(Quiet);

    [Fact]
    public void A_text_counts_as_many_tokens_as_it_encodes_to() =>
        Prop.ForAll(AnyText.ToArbitrary(), text => Tokenizer.Count(text) == Tokenizer.Encode(text).Length)
            .Check(Quiet);

    [Fact]
    public void Streamed_tokens_give_the_text_of_all_at_once() =>
        Prop.ForAll(Gen.Choose(0, 289).ArrayOf().ToArbitrary(), tokens =>
            {
                var decoder = new StreamingDecoder(Tokenizer);
                var text = string.Concat(tokens.Select(t => decoder.Append(t).ToString())) + decoder.Flush().ToString();
                return text == Tokenizer.Decode(tokens);
            })
            .Check(Quiet);

    [Fact]
    public void A_character_in_several_tokens_appears_with_its_last_byte()
    {
        var bytesOnly = new BytePairTokenizer(BytePairTraining.Train([], 257, TestContext.Current.CancellationToken));
        var decoder = new StreamingDecoder(bytesOnly);

        Assert.Equal(["", "", "", "😀"], bytesOnly.Encode("😀").Select(t => decoder.Append(t).ToString()));
    }

    [Fact]
    public void Text_cannot_inject_a_control_token() =>
        Assert.DoesNotContain(Tokenizer.EndOfText, Tokenizer.Encode("one<|endoftext|>two"));

    [Fact]
    public void A_control_token_has_no_text() =>
        Assert.Equal("cat", Tokenizer.Decode([.. Tokenizer.Encode("cat"), Tokenizer.EndOfText]));

    [Theory]
    // The last line: mathematical letters are \p{L}, the Osmanya digit is \p{N}, the emoji neither.
    [InlineData("don't  stop\n\nnow ", "don|'t| | stop|\n|\n|now| ")]
    [InlineData(" 12ab..!", " 12|ab|..!")]
    [InlineData("'S 's", "'|S| '|s")]
    [InlineData("𝐀𝐁 𐒠x😀", "𝐀𝐁| 𐒠|x|😀")]
    public void Text_is_cut_where_GPT2_cuts_it(string text, string pieces)
    {
        var found = new List<string>();
        foreach (var piece in new PreTokens(text))
        {
            found.Add(piece.ToString());
        }

        Assert.Equal(pieces.Split('|'), found);
    }

    [Fact]
    public void A_very_long_word_encodes_in_reasonable_time() =>
        Assert.Equal(new string('a', 300_000), Tokenizer.Decode(Tokenizer.Encode(new string('a', 300_000))));

    [Fact]
    public void A_broken_vocabulary_is_refused_with_the_place()
    {
        var merge = Assert.Throws<InvalidDataException>(() => new BytePairTokenizer(Vocabulary with { Merges = ["a b", "ab"] }));
        var token = Assert.Throws<InvalidDataException>(() => new BytePairTokenizer(Vocabulary with { Tokens = Vocabulary.Tokens.SetItem(280, "▁the") }));
        var missing = Assert.Throws<InvalidDataException>(() => new BytePairTokenizer(Vocabulary with { Tokens = Vocabulary.Tokens.SetItem(0, "a"), Merges = [] }));

        Assert.Contains("merge 1 'ab'", merge.Message, StringComparison.Ordinal);
        Assert.Contains("token 280 '▁the'", token.Message, StringComparison.Ordinal);
        Assert.Contains("0x21", missing.Message, StringComparison.Ordinal);
    }

    static bool WithinBasicPlane(string text) => !text.Any(char.IsSurrogate);

    static string WholeCharacters(string text) => string.Concat(text.EnumerateRunes().Select(r => r.ToString()));
}
