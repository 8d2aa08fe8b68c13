namespace SelfInstruct.LocalModels.Inference;

/// <summary>What settings of a request make sense.</summary>
static class SamplingRanges
{
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public static void Check(LocalRequest request)
    {
        var s = request.Sampling;
        Check(s.Temperature >= 0 && double.IsFinite(s.Temperature), nameof(s.Temperature), s.Temperature, "0 (greedy) or more");
        Check(s.TopP is > 0 and <= 1, nameof(s.TopP), s.TopP, "above 0 and at most 1");
        Check(double.IsFinite(s.FrequencyPenalty), nameof(s.FrequencyPenalty), s.FrequencyPenalty, "a finite number");
        Check(double.IsFinite(s.PresencePenalty), nameof(s.PresencePenalty), s.PresencePenalty, "a finite number");
        Check(s.MaxTokens >= 1, nameof(s.MaxTokens), s.MaxTokens, "at least 1");
        Check(s.Stop.IsDefault || !s.Stop.Any(string.IsNullOrEmpty), nameof(s.Stop), "\"\"", "strings that are not empty");
        Check(request.TopK >= 0, nameof(request.TopK), request.TopK, "0 (all) or more");
        Check(request.MinP is >= 0 and < 1, nameof(request.MinP), request.MinP, "at least 0 and below 1");
        Check(request.RepetitionPenalty > 0 && double.IsFinite(request.RepetitionPenalty), nameof(request.RepetitionPenalty), request.RepetitionPenalty, "above 0");
        Check(request.LogProbabilities is null or >= 0, nameof(request.LogProbabilities), request.LogProbabilities ?? 0, "0 or more");
    }

    static void Check(bool holds, string name, object value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException($"Sampling.{name} is {value}; it must be {expected}", name);
        }
    }
}
