namespace SelfInstruct.Models;

/// <summary>US dollars per million tokens.</summary>
public sealed record Prices(double Prompt, double Completion)
{
    public double CostOf(long promptTokens, long completionTokens) => ((promptTokens * Prompt) + (completionTokens * Completion)) / 1e6;
}

/// <param name="Limit">US dollars.</param>
public sealed record Budget(double Limit, Prices Prices);
