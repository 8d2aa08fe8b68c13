namespace SelfInstruct.Models;

/// <summary>US dollars per million tokens.</summary>
public sealed record Prices(double Prompt, double Completion)
{
    /// <summary>Of a model that runs here.</summary>
    public static Prices Free { get; } = new(0, 0);

    public double CostOf(long promptTokens, long completionTokens) => ((promptTokens * Prompt) + (completionTokens * Completion)) / 1e6;
}
