using SelfInstruct.Models;

namespace SelfInstruct;

/// <summary>What a run's tokens cost.</summary>
public static class RunPrices
{
    /// <summary>Those the options give, else those published for the model, else nothing for a model that runs here; half of them for batches. Null: not known.</summary>
    /// <exception cref="InvalidDataException">The file of prices is missing or wrong.</exception>
    public static Prices? Find(SelfInstructOptions options) =>
        FindFull(options) is { } full ? options.Batch ? new Prices(full.Prompt / 2, full.Completion / 2) : full : null;

    static Prices? FindFull(SelfInstructOptions options) =>
        options.PromptPrice is not null || options.CompletionPrice is not null
            ? new Prices(options.PromptPrice ?? 0, options.CompletionPrice ?? 0)
            : FindPublished(options)?.Prices ?? (IsFree(options.Model) ? Prices.Free : null);

    /// <summary>Null: the tables have none.</summary>
    public static PublishedPrice? FindPublished(SelfInstructOptions options) =>
        (options.Prices is { } file ? PriceTable.Shipped.With(file) : PriceTable.Shipped).Find(options.Model);

    static bool IsFree(string spec) => spec.Split(':')[0] is "starter" or "local" or "replay" or "ollama";
}
