using SelfInstruct.Models;

namespace SelfInstruct;

/// <summary>What a run's tokens cost.</summary>
public static class RunPrices
{
    /// <summary>Each as the options give it, else as published for the model, else nothing for a model that runs here. Half of that for batches. Null: one of the two is not known.</summary>
    /// <exception cref="InvalidDataException">The file of prices is missing or wrong.</exception>
    public static Prices? Find(SelfInstructOptions options)
    {
        var published = FindPublished(options)?.Prices ?? (IsFree(options.Model) ? Prices.Free : null);
        return (options.PromptPrice ?? published?.Prompt, options.CompletionPrice ?? published?.Completion) is ({ } prompt, { } completion)
            ? options.Batch ? new Prices(prompt / 2, completion / 2) : new Prices(prompt, completion)
            : null;
    }

    /// <summary>Null: the tables have none.</summary>
    public static PublishedPrice? FindPublished(SelfInstructOptions options) =>
        (options.Prices is { } file ? PriceTable.Shipped.With(file) : PriceTable.Shipped).Find(options.Model);

    static bool IsFree(string spec) => spec.Split(':')[0] is "starter" or "local" or "replay" or "ollama";
}
