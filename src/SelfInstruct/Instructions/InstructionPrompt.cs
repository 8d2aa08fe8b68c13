using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using SelfInstruct.Answers;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>The numbered list of the paper's Table 5: eight tasks of the pool, and the number of the ninth.</summary>
public static partial class InstructionPrompt
{
    /// <summary>Seeds and generated instructions, shuffled; seeds stand in while there are too few generated ones.</summary>
    public static ImmutableArray<T> DrawDemonstrations<T>(
        IReadOnlyList<T> seeds, IReadOnlyList<T> generated, InstructionOptions options, Random random)
    {
        var fromPool = random.Draw(generated, options.GeneratedPerPrompt);
        var fromSeeds = random.Draw(seeds, options.SeedsPerPrompt + options.GeneratedPerPrompt - fromPool.Length);
        var both = fromPool.AddRange(fromSeeds).ToArray();
        random.Permute<T>(both);
        return [.. both];
    }

    /// <param name="header">The first lines.</param>
    /// <param name="demonstrations">Drawn instructions.</param>
    /// <param name="instances">One of each instruction that can be drawn, for readings that show them.</param>
    /// <param name="model">Says how long texts are, and its context.</param>
    /// <param name="options">How the list is written, and the tokens wanted for the completion.</param>
    /// <param name="random">Chooses what is dropped.</param>
    public static FittedPrompt Fit(
        string header,
        ImmutableArray<string> demonstrations,
        IReadOnlyDictionary<string, Instance> instances,
        ILanguageModel model,
        InstructionOptions options,
        Random random) =>
        PromptFitting.Fit(demonstrations, kept => Render(header, kept, instances, options.Reading), model, options.MaxTokens, random);

    static string Render(string header, ImmutableArray<string> demonstrations, IReadOnlyDictionary<string, Instance> instances, InstructionReading reading)
    {
        if (reading.ShowsInstances)
        {
            return AlpacaInstructions.Render(header, demonstrations, instances);
        }

        var list = Render(header, demonstrations, reading.ToListItem);
        return reading.IsMessage ? list[..list.LastIndexOf('\n')] : list;
    }

    /// <summary>Ends with the next number and its full stop: what follows is the model's.</summary>
    public static string Render(string header, ImmutableArray<string> demonstrations) => Render(header, demonstrations, ToListItem);

    /// <param name="header">The first line.</param>
    /// <param name="demonstrations">In the order in which they are numbered.</param>
    /// <param name="toListItem">An instruction as one line of the list.</param>
    public static string Render(string header, ImmutableArray<string> demonstrations, Func<string, string> toListItem)
    {
        var prompt = new StringBuilder(header).Append('\n');
        for (var i = 0; i < demonstrations.Length; i++)
        {
            prompt.Append(i + 1).Append(". ").Append(toListItem(demonstrations[i])).Append('\n');
        }

        return prompt.Append(demonstrations.Length + 1).Append('.').ToString();
    }

    /// <summary>
    /// The instructions in a completion, in order, blank ones left out. The last one of a completion that ended
    /// for length is likely cut off, and marked so.
    /// </summary>
    public static IEnumerable<CandidateInstruction> Parse(Completion completion)
    {
        var items = ItemNumber().Split("\n" + FirstItemNumber().Replace(completion.Text, ""));
        for (var i = 0; i < items.Length; i++)
        {
            var text = Capitalize(WhiteSpace().Replace(items[i], " ").Trim());
            if (text.Length > 0)
            {
                yield return new CandidateInstruction(text, CutOff: i == items.Length - 1 && completion.IsCutOff);
            }
        }
    }

    public static string ToListItem(string instruction) => WhiteSpace().Replace(instruction, " ").Trim().TrimEnd(':');

    static string Capitalize(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    // A chat model tends to repeat the number that the prompt ends with.
    [GeneratedRegex(@"^\s*\d+\s?\.\s")]
    private static partial Regex FirstItemNumber();

    [GeneratedRegex(@"\n\d+\s?\. ")]
    private static partial Regex ItemNumber();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}

/// <param name="CutOff">The completion ended while the model was writing it.</param>
public sealed record CandidateInstruction(string Text, bool CutOff)
{
    /// <summary>The one that came with it, for a reading that asks for whole tasks.</summary>
    public Instance? Instance { get; init; }

    /// <summary>It stands for a whole completion that holds no instruction: the rule that says why; null for a candidate.</summary>
    public string? Fault { get; init; }

    /// <summary>What it is judged against.</summary>
    public AnswerContext Context { get; init; } = AnswerContext.None;
}
