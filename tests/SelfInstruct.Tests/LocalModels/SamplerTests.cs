using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class SamplerTests
{
    static readonly Sampling Plain = new(Temperature: 1, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, MaxTokens: 100, Stop: [], Seed: 1);
    static readonly Dictionary<int, int> Nothing = [];

    [Fact]
    public void Greedy_takes_the_best_and_the_first_of_equals()
    {
        var logits = new float[100];
        (logits[40], logits[60]) = (3, 3);

        Assert.Equal(40, new TokenSampler(100).Next(logits, Plain with { Temperature = 0 }, Nothing, 0));
    }

    [Fact]
    public void The_nucleus_is_that_of_a_full_sort()
    {
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            var size = random.Next(1, 200);
            var spread = random.NextDouble() * 12;
            var logits = Enumerable.Range(0, size).Select(_ => (float)Math.Round(random.NextDouble() * spread, random.Next(0, 5))).ToArray();
            var sampling = Plain with { Temperature = 0.2 + random.NextDouble(), TopP = random.Next(3) == 0 ? 1 : random.NextDouble() + 1e-9, Seed = round };

            var expected = Twin(logits, sampling, round);
            Assert.Equal(expected, new TokenSampler(size).Next(logits, sampling, Nothing, round));
        }
    }

    [Fact]
    public void Draws_come_as_often_as_their_probability()
    {
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.15f), MathF.Log(0.05f)];
        var sampler = new TokenSampler(4);
        var drawn = Enumerable.Range(0, 20_000).Select(i => sampler.Next([.. logits], Plain with { TopP = 0.9 }, Nothing, i)).CountBy(t => t).ToDictionary();

        // The nucleus of 0.9 is the first three, 0.95 together; four standard deviations of 20,000 draws are below 0.015.
        Assert.False(drawn.ContainsKey(3));
        Assert.Equal(0.5 / 0.95, drawn[0] / 20_000.0, 0.015);
        Assert.Equal(0.3 / 0.95, drawn[1] / 20_000.0, 0.015);
    }

    [Fact]
    public void A_very_low_temperature_is_greedy()
    {
        float[] logits = [1, 1.01f, -1e30f];

        Assert.Equal(1, new TokenSampler(3).Next(logits, Plain with { Temperature = 1e-300 }, Nothing, 0));
    }

    [Fact]
    public void Top_k_top_p_and_min_p_cut_as_a_full_sort_does()
    {
        var random = new Random(2);
        for (var round = 0; round < 2000; round++)
        {
            var logits = Enumerable.Range(0, random.Next(1, 120)).Select(_ => (float)(random.NextDouble() * 9)).ToArray();
            var request = new LocalRequest("", [], Plain with { Temperature = 0.3 + random.NextDouble(), TopP = random.Next(2) == 0 ? 1 : 0.1 + (0.8 * random.NextDouble()), Seed = round })
            {
                TopK = random.Next(2) == 0 ? 0 : random.Next(1, 30),
                MinP = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.5,
            };
            var allowed = Allowed(logits, request);
            var drawn = Enumerable.Range(0, 20).Select(i => new TokenSampler(logits.Length).Next([.. logits], request, [], Nothing, i)).ToArray();
            Assert.All(drawn, token => Assert.Contains(token, allowed));
        }
    }

    [Fact]
    public void Top_k_of_one_is_greedy_and_of_two_draws_both()
    {
        float[] logits = [0, 2, 1.9f, -1];
        int[] Draws(int topK) => [.. Enumerable.Range(0, 100).Select(i => new TokenSampler(4).Next([.. logits], new LocalRequest("", [], Plain) { TopK = topK }, [], Nothing, i)).Distinct().Order()];
        Assert.Equal([1], Draws(1));
        Assert.Equal([1, 2], Draws(2));
    }

    [Fact]
    public void The_repetition_penalty_divides_what_is_positive_and_multiplies_what_is_not()
    {
        // 2 / 1.5 is below 1.4; −1 · 1.5 below −1.2.
        var greedy = new LocalRequest("", [], Plain with { Temperature = 0 }) { RepetitionPenalty = 1.5 };
        Assert.Equal(1, new TokenSampler(2).Next([2, 1.4f], greedy, [0], Nothing, 0));
        Assert.Equal(1, new TokenSampler(2).Next([-1, -1.2f], greedy, [0], Nothing, 0));
        Assert.Equal(0, new TokenSampler(2).Next([-1, -1.2f], greedy, [], Nothing, 0));
    }

    [Fact]
    public void Log_probabilities_are_those_of_the_whole_distribution()
    {
        // By hand: probabilities 1/2, 1/4, 1/4.
        var probabilities = new LogProbabilities([MathF.Log(8), MathF.Log(4), MathF.Log(4)]);
        var drawn = probabilities.Of(2, most: 2);
        Assert.Equal(Math.Log(0.25), drawn.LogProbability, 1e-6);
        Assert.Equal([0, 1], drawn.MostProbable.Select(token => token.Token));
        Assert.Equal(Math.Log(0.5), drawn.MostProbable[0].LogProbability, 1e-6);
    }

    /// <summary>The cuts one after another on a sorted list.</summary>
    static int[] Allowed(float[] logits, LocalRequest request)
    {
        var weights = logits.Select((logit, token) => (Token: token, Weight: Math.Exp((logit - logits.Max()) / request.Sampling.Temperature))).OrderByDescending(t => t.Weight).ToList();
        weights = request.TopK > 0 ? weights[..Math.Min(request.TopK, weights.Count)] : weights;
        var (mass, total, kept) = (0.0, weights.Sum(t => t.Weight), new List<int>());
        foreach (var (token, weight) in weights)
        {
            // The tolerance is the rounding of single precision at a border.
            if (kept.Count > 0 && (mass >= (request.Sampling.TopP * total) + 1e-4 || weight < request.MinP - 1e-5))
            {
                break;
            }

            kept.Add(token);
            mass += weight;
        }

        return [.. kept];
    }

    [Fact]
    public void Penalties_lower_tokens_already_used()
    {
        var sampler = new TokenSampler(3);
        var used = new Dictionary<int, int> { [0] = 3, [1] = 1 };
        float[] Logits() => [5, 3.4f, 1];

        Assert.Equal(0, sampler.Next(Logits(), Plain with { Temperature = 0 }, used, 0));
        Assert.Equal(0, sampler.Next(Logits(), Plain with { Temperature = 0, PresencePenalty = 2 }, used, 0));
        Assert.Equal(1, sampler.Next(Logits(), Plain with { Temperature = 0, FrequencyPenalty = 1 }, used, 0));
        Assert.Equal(2, sampler.Next(Logits(), Plain with { Temperature = 0, FrequencyPenalty = 1, PresencePenalty = 2 }, used, 0));
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_an_error_that_says_so()
    {
        var error = Assert.Throws<ModelException>(() => new TokenSampler(2).Next([float.NaN, 1], Plain, Nothing, 0));

        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uniform_draws_are_those_of_SplitMix64()
    {
        // First output of the published generator (splitmix64.c) from state 0: E220A8397B1DCDAF; it is the inner step for seed 0.
        var state = 0xE220A8397B1DCDAF;
        var z = state + 7 + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        var expected = ((z ^ (z >> 31)) >> 11) / Math.Pow(2, 53);

        Assert.Equal(expected, CounterRandom.Uniform(0, 7));
    }

    [Fact]
    public void Seeds_and_positions_side_by_side_draw_apart()
    {
        var draws = Enumerable.Range(0, 100).SelectMany(seed => Enumerable.Range(0, 100).Select(position => CounterRandom.Uniform(seed, position))).ToArray();

        Assert.Equal(draws.Length, draws.Distinct().Count());
        Assert.Equal(0.5, draws.Average(), 0.02);
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1 - 1e-16));
    }

    static int Twin(float[] logits, Sampling sampling, int position)
    {
        var weights = logits.Select(z => Math.Exp((z - (double)logits.Max()) / sampling.Temperature)).ToArray();
        var order = Enumerable.Range(0, logits.Length).ToArray();
        var nucleus = order;
        if (sampling.TopP < 1)
        {
            order = [.. order.OrderByDescending(t => logits[t]).ThenBy(t => t)];
            nucleus = [.. order.Take(1 + order.TakeWhile((_, i) => order.Take(i + 1).Sum(t => weights[t]) < sampling.TopP * weights.Sum()).Count())];
        }

        var target = CounterRandom.Uniform(sampling.Seed, position) * nucleus.Sum(t => weights[t]);
        return nucleus[nucleus.TakeWhile((_, i) => nucleus.Take(i + 1).Sum(t => weights[t]) <= target).Count()];
    }
}
