using System.Globalization;

namespace SelfInstruct.Instructions;

/// <summary>The last rounds' candidates and what became of them.</summary>
/// <param name="rounds">How many rounds are looked back on.</param>
sealed class AcceptanceWindow(int rounds)
{
    readonly Queue<InstructionRound> _rounds = [];

    /// <summary>So many rounds are there.</summary>
    public bool IsFull => _rounds.Count == rounds;

    /// <summary>Share of the candidates that were accepted, in [0, 1]; 0 where there were none.</summary>
    public double Rate => Accepted == 0 ? 0 : (double)Accepted / (Accepted + Rejected);

    int Accepted => _rounds.Sum(static round => round.Accepted.Length);

    int Rejected => _rounds.Sum(static round => round.Rejected.Length);

    public void Add(InstructionRound round)
    {
        if (IsFull)
        {
            _rounds.Dequeue();
        }

        _rounds.Enqueue(round);
    }

    /// <summary>The funnel in a sentence's beginning.</summary>
    public string Describe(int promptsPerRound)
    {
        var rules = _rounds.SelectMany(static round => round.Rejected)
            .CountBy(static rejection => rejection.Rule)
            .OrderByDescending(static pair => pair.Value)
            .Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"));
        var lost = Rejected == 0 ? "" : $" (rejected: {string.Join(", ", rules)})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The last {rounds} rounds ({rounds * promptsPerRound} prompts) brought {Accepted + Rejected} candidates, of which {Accepted} were accepted{lost}: {Rate:0.##%}");
    }
}
