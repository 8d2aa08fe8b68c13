using System.Globalization;

namespace SelfInstruct.Instructions;

/// <summary>The last rounds' candidates and what became of them.</summary>
/// <param name="rounds">How many rounds are looked back on.</param>
public sealed class AcceptanceWindow(int rounds)
{
    readonly Queue<(int Accepted, Dictionary<string, int> Rejected)> _rounds = [];

    double Rate => Accepted == 0 ? 0 : (double)Accepted / (Accepted + Rejected);

    int Accepted => _rounds.Sum(static round => round.Accepted);

    int Rejected => _rounds.Sum(static round => round.Rejected.Values.Sum());

    /// <param name="accepted">Of one round.</param>
    /// <param name="rejected">Of the same, by rule.</param>
    public void Add(int accepted, IEnumerable<KeyValuePair<string, int>> rejected)
    {
        if (_rounds.Count == rounds)
        {
            _rounds.Dequeue();
        }

        _rounds.Enqueue((accepted, new Dictionary<string, int>(rejected, StringComparer.Ordinal)));
    }

    /// <summary>Why the model should not be asked further; null: go on.</summary>
    /// <param name="options">The target, and the floor under the share that is accepted.</param>
    /// <param name="generated">Accepted in all.</param>
    public string? FindObjection(InstructionOptions options, int generated) =>
        generated < options.Target && _rounds.Count == rounds && (Rate < options.MinAcceptance || Rate == 0)
            ? $"{Describe(options.PromptsPerRound)}, below the floor of {options.MinAcceptance:0.##%} (instructions.min_acceptance); {generated} of {options.Target} are accepted and kept. The model repeats itself: raise instructions.temperature or instructions.top_p, use more varied seed tasks or a larger model, or ask for fewer."
            : null;

    /// <summary>The funnel in a sentence's beginning.</summary>
    string Describe(int promptsPerRound)
    {
        var rules = _rounds.SelectMany(static round => round.Rejected)
            .GroupBy(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal)
            .Select(static rule => (Name: rule.Key, Count: rule.Sum()))
            .OrderByDescending(static rule => rule.Count)
            .Select(static rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Name} {rule.Count}"));
        var lost = Rejected == 0 ? "" : $" (rejected: {string.Join(", ", rules)})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The last {rounds} rounds ({rounds * promptsPerRound} prompts) brought {Accepted + Rejected} candidates, of which {Accepted} were accepted{lost}: {Rate:0.##%}");
    }
}
