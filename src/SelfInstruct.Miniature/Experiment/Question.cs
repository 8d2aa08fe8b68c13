using System.Collections.Immutable;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature.Experiment;

/// <param name="Set">"seed", "other" or "strict": see <see cref="FamilySets"/>.</param>
/// <param name="Reference">A right output; the family may know others.</param>
public sealed record Question(string Set, TaskFamily Family, Slots Slots, string Instruction, string Input, string Reference)
{
    public const string Seed = "seed";
    public const string Other = "other";
    public const string Strict = "strict";

    const int Tries = 500;

    /// <summary>Zero-shot, the definition only (paper, section 4.2): a layout that no text of the pretraining has.</summary>
    public string Prompt => PromptEncoding.Plain.Render(Instruction, [], Input);

    /// <summary>
    /// From every family, with phrasings and inputs that no training text has. A family whose phrasings are all in the text
    /// is asked in one of those, but with new inputs; one that answers from memory is asked in new words about known inputs.
    /// </summary>
    public static ImmutableArray<Question> Draw(int seed, int perFamily)
    {
        var random = new Random(seed);
        var questions = ImmutableArray.CreateBuilder<Question>();
        foreach (var (set, families) in ((string, ImmutableArray<TaskFamily>)[])[(Seed, FamilySets.Seeds), (Other, FamilySets.Evaluation), (Strict, FamilySets.Strict)])
        {
            foreach (var family in families)
            {
                questions.AddRange(Draw(random, set, family).DistinctBy(static question => (question.Instruction, question.Input)).Take(perFamily));
            }
        }

        return questions.ToImmutable();
    }

    static IEnumerable<Question> Draw(Random random, string set, TaskFamily family)
    {
        for (var i = 0; i < Tries; i++)
        {
            var said = family.Phrase(random);
            var (input, output) = family.Example(random, said.Slots);
            var isNew = HoldOut.IsHeldOut(said.Text) || i > Tries / 2;
            if (set == Strict || (isNew && (!family.NeedsInput || family.IsMemorised || HoldOut.IsHeldOut(family, said.Slots, input))))
            {
                yield return new(set, family, said.Slots, said.Text, input, output);
            }
        }
    }
}
