using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class EmbeddingIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Decisions_are_those_of_a_plain_scan_in_doubles(int batchSize)
    {
        var random = new Random(3);
        var vectors = Enumerable.Range(0, 300).Select(_ => RandomVector(random, dimensions: 37)).ToList();
        for (var i = 0; i < vectors.Count; i += 3)
        {
            // Near another, at any length.
            vectors[i] = [.. vectors[random.Next(vectors.Count)].Select(x => 5 * (x + (0.1f * random.NextSingle())))];
        }

        var texts = Enumerable.Range(0, vectors.Count).Select(static i => $"{i}").ToList();
        var index = Index(text => vectors[int.Parse(text)], new EmbeddingOptions { BatchSize = batchSize });
        await index.AddAsync(texts[..40], CancellationToken.None);
        var added = await index.TryAddAsync(texts[40..], CancellationToken.None);

        var kept = Enumerable.Range(0, 40).ToList();
        List<bool> expected = [];
        for (var i = 40; i < vectors.Count; i++)
        {
            expected.Add(kept.All(other => Cosine(vectors[i], vectors[other]) <= 0.9));
            if (expected[^1])
            {
                kept.Add(i);
            }
        }

        Assert.Equal(expected, added);
        Assert.Equal(kept.Count, index.Count);
        Assert.InRange(expected.Count(static isAdded => !isAdded), 20, 200);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(1536)]
    public void A_cosine_is_that_of_doubles(int dimensions)
    {
        var random = new Random(dimensions);
        for (var pair = 0; pair < 50; pair++)
        {
            var (a, b) = (RandomVector(random, dimensions), RandomVector(random, dimensions));
            Assert.Equal(Cosine(a, b), UnitVector.Cosine(Unit(a), Unit(b)), 1e-6);
            Assert.Equal(1, UnitVector.Cosine(Unit(a), Unit(a)), 1e-6);
        }
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e38f)]
    public void Very_small_and_very_large_vectors_keep_their_direction(float scale) =>
        Assert.Equal([0.6f, 0.8f], Unit([0.6f * scale, 0.8f * scale]).Select(static x => MathF.Round(x, 4)));

    [Fact]
    public async Task Texts_are_embedded_once_in_batches_and_blank_ones_never()
    {
        List<int> calls = [];
        var index = new EmbeddingIndex(
            "m",
            (texts, _) =>
            {
                calls.Add(texts.Count);
                return Task.FromResult<IReadOnlyList<float[]>>([.. texts.Select(static text => new[] { text.Length, 1f })]);
            },
            new EmbeddingOptions { BatchSize = 4, Threshold = 0.99 });
        Assert.Equal([true, true, false, true, true], await index.TryAddAsync(["a", " ", "b", "", "longer"], CancellationToken.None));
        Assert.Equal([2, 1], calls);
        Assert.Equal(4, index.Count);
        Assert.Equal(("embedding:m", false), (index.Measure, index.IsApproximate));
    }

    [Theory]
    [InlineData(new[] { 1f, 2f, 3f }, "vector 1 of a batch has 3 numbers where others have 2 (text: b)")]
    [InlineData(new[] { 0f, 0f }, "vector 1 of a batch is all zeros (text: b)")]
    [InlineData(new[] { 1f, float.NaN }, "vector 1 of a batch has NaN at 1 (text: b)")]
    [InlineData(new[] { float.NegativeInfinity, 1f }, "vector 1 of a batch has -∞ at 0 (text: b)")]
    public async Task A_vector_without_a_cosine_is_named(float[] wrong, string message)
    {
        var index = Index(text => text == "b" ? wrong : [1, 1], new EmbeddingOptions());
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => index.TryAddAsync(["a", "b"], CancellationToken.None));
        Assert.Contains(message.Replace("-∞", $"{float.NegativeInfinity}", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public async Task A_later_batch_must_have_the_length_of_the_first()
    {
        var index = Index(static text => text == "b" ? [1, 1, 1] : [1, 1], new EmbeddingOptions());
        await index.AddAsync(["a"], CancellationToken.None);
        await Assert.ThrowsAsync<InvalidDataException>(() => index.AddAsync(["b"], CancellationToken.None));
    }

    [Fact]
    public async Task Fewer_vectors_than_texts_are_refused()
    {
        var index = new EmbeddingIndex("m", static (_, _) => Task.FromResult<IReadOnlyList<float[]>>([[1f]]), new EmbeddingOptions());
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => index.TryAddAsync(["a", "b"], CancellationToken.None));
        Assert.Contains("1 vectors came for 2 texts", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1, 64)]
    [InlineData(double.NaN, 64)]
    [InlineData(0.9, 0)]
    public void Options_outside_their_ranges_are_refused(double threshold, int batchSize) =>
        Assert.Throws<ArgumentException>(() => Index(static _ => [1], new EmbeddingOptions { Threshold = threshold, BatchSize = batchSize }));

    static EmbeddingIndex Index(Func<string, float[]> embed, EmbeddingOptions options) =>
        new("m", (texts, _) => Task.FromResult<IReadOnlyList<float[]>>([.. texts.Select(text => embed(text))]), options);

    static float[] Unit(float[] vector) => UnitVector.Of(vector, vector.Length, new EmbeddedText("m", 0, "x"));

    static float[] RandomVector(Random random, int dimensions) => [.. Enumerable.Range(0, dimensions).Select(_ => random.NextSingle() - 0.5f)];

    static double Cosine(float[] a, float[] b) => Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b));

    static double Product(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();
}
