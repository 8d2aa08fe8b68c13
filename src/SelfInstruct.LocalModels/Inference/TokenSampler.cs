using System.Runtime.Intrinsics;
using SelfInstruct.LocalModels.Kernels;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Draws one token from logits; the same arguments give the same token. For one thread at a time.</summary>
sealed class TokenSampler(int vocabularySize)
{
    static readonly int Lanes = Vector512<float>.Count;

    /// <summary>[V rounded up to whole vectors]: equal logits must get equal weights, wherever they stand.</summary>
    readonly float[] _weights = new float[(vocabularySize + Lanes - 1) / Lanes * Lanes];
    readonly ulong[] _candidates = new ulong[vocabularySize];

    public int Next(Span<float> logits, Sampling sampling, IReadOnlyDictionary<int, int> used, int position) =>
        Next(logits, new LocalRequest("", [], sampling), [], used, position);

    /// <param name="logits">[V]; changed. Penalties first, then temperature, top-k, top-p and min-p.</param>
    /// <param name="seen">Tokens of prompt and completion, each once.</param>
    /// <param name="used">Times each token occurs in the completion so far.</param>
    /// <param name="position">Of the token in its completion, from 0; with the seed it decides the draw.</param>
    /// <exception cref="ModelException">A logit is not a finite number.</exception>
    public int Next(Span<float> logits, LocalRequest request, IReadOnlyCollection<int> seen, IReadOnlyDictionary<int, int> used, int position)
    {
        var sampling = request.Sampling;
        Penalize(logits, (float)request.RepetitionPenalty, seen);
        foreach (var (token, count) in used)
        {
            logits[token] -= (float)(sampling.PresencePenalty + (count * sampling.FrequencyPenalty));
        }

        var best = VectorMath.Max(logits);
        if (!float.IsFinite(best))
        {
            throw new ModelException($"the best logit is {best}; the weights are broken, or training diverged: use an earlier checkpoint");
        }

        if (sampling.Temperature == 0)
        {
            return logits.IndexOf(best);
        }

        var total = Weigh(logits, best, sampling.Temperature);
        var uniform = CounterRandom.Uniform(sampling.Seed, position);
        return request.TopK > 0 ? DrawFrom(Heaviest(request.TopK), uniform, sampling.TopP, request.MinP)
            : sampling.TopP < 1 ? DrawFrom(Heaviest(sampling.TopP * total), uniform, sampling.TopP, request.MinP, total)
            : request.MinP > 0 ? DrawFrom(AtLeast(request.MinP), uniform, 1, request.MinP)
            : DrawFromAll(uniform * total);
    }

    static void Penalize(Span<float> logits, float penalty, IReadOnlyCollection<int> seen)
    {
        if (penalty == 1)
        {
            return;
        }

        foreach (var token in seen)
        {
            logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
        }
    }

    /// <summary>weights = exp((logits − best) / temperature), so the best weighs 1.</summary>
    /// <returns>Their sum.</returns>
    float Weigh(ReadOnlySpan<float> logits, float best, double temperature)
    {
        // Finite however cold it is: 0 · ∞ would be no number.
        var (scale, shift) = (Vector512.Create((float)Math.Min(1 / temperature, 1e30)), Vector512.Create(best));
        var sum = Vector512<float>.Zero;
        logits.CopyTo(_weights);
        _weights.AsSpan(logits.Length).Fill(float.NegativeInfinity);
        for (var i = 0; i < _weights.Length; i += Lanes)
        {
            var weight = Vector512.Exp((VectorMath.Load(_weights, i) - shift) * scale);
            VectorMath.Store(weight, _weights, i);
            sum += weight;
        }

        return VectorMath.Sum(sum);
    }

    int DrawFromAll(double target)
    {
        var (sum, last) = (0.0, 0);
        for (var token = 0; token < _weights.Length; token++)
        {
            sum += _weights[token];
            last = _weights[token] > 0 ? token : last;
            if (sum > target)
            {
                return token;
            }
        }

        return last;
    }

    /// <summary>The nucleus: the heaviest tokens, the lower id first among equals, until they weigh enough; of those, the ones heavy enough.</summary>
    /// <param name="candidates">Unsorted.</param>
    /// <param name="total">Weight that top-p is a part of; null: that of the candidates.</param>
    static int DrawFrom(Span<ulong> candidates, double uniform, double topP, double minP, double? total = null)
    {
        candidates.Sort();
        var enough = topP * (total ?? Sum(candidates));
        var (size, mass) = (0, 0.0);
        while (size < candidates.Length && (mass < enough || size == 0) && (size == 0 || WeightOf(candidates[size]) >= minP))
        {
            mass += WeightOf(candidates[size++]);
        }

        var (target, sum, drawn) = (uniform * mass, 0.0, 0);
        while (drawn < size - 1 && (sum += WeightOf(candidates[drawn])) <= target)
        {
            drawn++;
        }

        return (int)(uint)candidates[drawn];
    }

    static double Sum(ReadOnlySpan<ulong> candidates)
    {
        var sum = 0.0;
        foreach (var candidate in candidates)
        {
            sum += WeightOf(candidate);
        }

        return sum;
    }

    /// <summary>The heaviest tokens, so many, the lower id first among equals.</summary>
    Span<ulong> Heaviest(int count)
    {
        var found = 0;
        for (var exponent = -4; exponent > -40 && found < count; exponent *= 2)
        {
            found = Collect(MathF.ScaleB(1, exponent)).Count;
        }

        var all = _candidates.AsSpan(0, found < count ? Collect(0).Count : found);
        all.Sort();
        return all[..Math.Min(count, all.Length)];
    }

    Span<ulong> AtLeast(double weight) => _candidates.AsSpan(0, Collect((float)weight).Count);

    /// <summary>Every token above a threshold low enough: mostly a handful, where sorting the vocabulary would take longer than the model.</summary>
    Span<ulong> Heaviest(double enough)
    {
        for (var exponent = -4; exponent > -40; exponent *= 2)
        {
            var (count, mass) = Collect(MathF.ScaleB(1, exponent));
            if (mass >= enough)
            {
                return _candidates.AsSpan(0, count);
            }
        }

        return _candidates.AsSpan(0, Collect(0).Count);
    }

    (int Count, double Mass) Collect(float threshold)
    {
        var (count, mass) = (0, 0.0);
        var bound = Vector512.Create(threshold);
        for (var start = 0; start < _weights.Length; start += Lanes)
        {
            if (Vector512.GreaterThanOrEqualAny(VectorMath.Load(_weights, start), bound))
            {
                for (var token = start; token < Math.Min(start + Lanes, vocabularySize); token++)
                {
                    if (_weights[token] >= threshold)
                    {
                        _candidates[count++] = Candidate(_weights[token], token);
                        mass += _weights[token];
                    }
                }
            }
        }

        return (count, mass);
    }

    /// <summary>A number that sorts by falling weight, then rising token: the bits of positive floats sort like the floats.</summary>
    static ulong Candidate(float weight, int token) => ((ulong)~BitConverter.SingleToUInt32Bits(weight) << 32) | (uint)token;

    static float WeightOf(ulong candidate) => BitConverter.UInt32BitsToSingle(~(uint)(candidate >> 32));
}
