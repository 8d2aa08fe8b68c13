using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Log-probabilities of one step, kept from before a sampler changes the logits.</summary>
sealed class LogProbabilities
{
    readonly float[] _logits;
    readonly double _logSum;

    /// <param name="logits">[V]; copied.</param>
    public LogProbabilities(ReadOnlySpan<float> logits)
    {
        _logits = logits.ToArray();
        var best = VectorMath.Max(logits);
        var sum = 0.0;
        foreach (var logit in _logits)
        {
            sum += Math.Exp(logit - best);
        }

        _logSum = best + Math.Log(sum);
    }

    /// <param name="most">How many of the most probable.</param>
    public DrawnToken Of(int token, int most) =>
        new(token, _logits[token] - _logSum,
            [.. Enumerable.Range(0, _logits.Length).OrderByDescending(id => _logits[id]).Take(most).Select(id => (id, _logits[id] - _logSum))]);
}
