using System.Collections;
using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>Which texts of the pool a prompt shows, in order, by number: the seeds first, then the generated ones.</summary>
/// <param name="Random">Goes on to decide what is dropped for want of context.</param>
public sealed record DrawnDemonstrations(int Round, int Slot, ImmutableArray<int> Numbers, Random Random);

/// <summary>The prompts of step 1. Each depends on seed, round, slot and the pool's size alone.</summary>
/// <param name="options">How many demonstrations, and the sampling.</param>
/// <param name="header">The first lines of each prompt.</param>
/// <param name="model">Says how long texts are, and its context.</param>
/// <param name="seed">Of the run.</param>
public sealed class InstructionRequests(InstructionOptions options, string header, ILanguageModel model, long seed)
{
    /// <summary>The round of a pool from elsewhere.</summary>
    public const int BeforeFirst = -1;

    internal const string Stage = "instructions";

    /// <param name="round">From 0.</param>
    /// <param name="slot">In [0, prompts per round).</param>
    /// <param name="seeds">How many there are.</param>
    /// <param name="generated">How many the pool holds besides.</param>
    /// <param name="sequence">Where draws are a sequence; null: they are counted.</param>
    public DrawnDemonstrations Draw(int round, int slot, int seeds, int generated, Random? sequence = null)
    {
        var random = new CounterRandom(seed, Stage, round, slot);
        var numbers = InstructionPrompt.DrawDemonstrations(new Numbers(0, seeds), new Numbers(seeds, generated), options, sequence ?? random);
        return new DrawnDemonstrations(round, slot, numbers, random);
    }

    /// <param name="drawn">Of this run.</param>
    /// <param name="demonstrations">The texts of those numbers.</param>
    /// <param name="instances">One of each text, for readings that show them.</param>
    public CompletionRequest Create(DrawnDemonstrations drawn, ImmutableArray<string> demonstrations, IReadOnlyDictionary<string, Instance> instances)
    {
        var prompt = InstructionPrompt.Fit(header, demonstrations, instances, model, options, drawn.Random);
        var sampling = new Sampling(
            options.Temperature, options.TopP, options.FrequencyPenalty, options.PresencePenalty, prompt.MaxTokens, options.Stop,
            CounterRandom.Key(seed, Stage, drawn.Round, drawn.Slot));
        return new CompletionRequest(prompt.Text, sampling)
        {
            IsMessage = options.Reading.IsMessage,
            Origin = new RequestOrigin(Stage, drawn.Round, drawn.Slot, prompt.Dropped),
        };
    }

    sealed class Numbers(int first, int count) : IReadOnlyList<int>
    {
        public int Count => count;

        public int this[int index] => first + index;

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(first, count).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
