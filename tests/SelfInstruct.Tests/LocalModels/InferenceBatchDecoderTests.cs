using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;

namespace SelfInstruct.Tests.LocalModels;

public sealed class InferenceBatchDecoderTests
{
    [Theory]
    [InlineData(64, 4)]
    [InlineData(64, 1)]
    [InlineData(96, 4)]
    [InlineData(160, 2)]
    public void Logits_are_those_of_the_slow_twin(int width, int heads)
    {
        var model = InferenceModels.Random(width, heads);
        var tokens = Tokens(model, 70, seed: 7);
        var decoder = new Decoding(model);

        foreach (var length in new[] { 1, 2, 33, 70 })
        {
            var expected = InferenceTwin.Logits(model.Weights, tokens[..length]);
            var logits = decoder.AfterPrompt(tokens[..length]);
            Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_of_the_family_equals_the_slow_twin(string name)
    {
        var model = InferenceModels.Variant(name);
        var tokens = Tokens(model, 40, seed: 8);
        var expected = InferenceTwin.Logits(model.Weights, tokens);
        Assert.All(expected.Zip(new Decoding(model).AfterPrompt(tokens)), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));
    }

    public static TheoryData<string> Variants => [.. InferenceModels.Variants.Keys];

    [Fact]
    public void A_token_at_a_time_gives_the_bits_of_the_whole_prompt_at_once()
    {
        var model = InferenceModels.Random();
        var tokens = Tokens(model, 75, seed: 3);
        var decoder = new Decoding(model);

        Assert.Equal(decoder.AfterPrompt(tokens), decoder.AfterPrompt(tokens, chunk: 1));
        Assert.Equal(decoder.AfterPrompt(tokens), decoder.AfterPrompt(tokens, chunk: 13));
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others()
    {
        var model = InferenceModels.Random();
        var packed = new PackedDecoder(model.Weights);
        var pages = new CachePages(model.Config);
        var prompts = Enumerable.Range(0, 32).Select(i => Tokens(model, 5 + i, seed: i)).ToArray();
        var together = new BatchDecoder(packed, 1000, 32);

        together.Run([.. prompts.SelectMany(prompt => Rows(new(pages), prompt, 0, prompt.Length))]);

        var alone = new Decoding(model);
        Assert.All(Enumerable.Range(0, 32), i => Assert.Equal(alone.AfterPrompt(prompts[i]), together.Logits(i).ToArray()));
    }

    [Fact]
    public void A_page_used_before_leaves_no_trace()
    {
        var model = InferenceModels.Random();
        var tokens = Tokens(model, 40, seed: 5);
        var decoder = new Decoding(model);
        var first = decoder.AfterPrompt(tokens);

        decoder.AfterPrompt(Tokens(model, 150, seed: 6));

        Assert.Equal(first, decoder.AfterPrompt(tokens));
    }

    static int[] Tokens(ModelFile model, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Config.VocabularySize))];
    }

    static IEnumerable<DecoderRow> Rows(SequenceCache sequence, int[] tokens, int start, int count) =>
        Enumerable.Range(start, count).Select(i => new DecoderRow(sequence, i, tokens[i], WantsLogits: i == tokens.Length - 1));

    sealed class Decoding(ModelFile model)
    {
        readonly CachePages _pages = new(model.Config);
        readonly BatchDecoder _decoder = new(new(model.Weights), 200, 1);

        public float[] AfterPrompt(int[] tokens, int chunk = 200)
        {
            using var sequence = new SequenceCache(_pages);
            for (var start = 0; start < tokens.Length; start += chunk)
            {
                var count = Math.Min(chunk, tokens.Length - start);
                _decoder.Run([.. Rows(sequence, tokens, start, count)]);
                sequence.Advance(count);
            }

            return _decoder.Logits(0).ToArray();
        }
    }
}
