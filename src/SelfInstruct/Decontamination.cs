using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Contamination;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>The evaluation sets of a run, read, and what run.json says of them.</summary>
/// <param name="Index">For one thread.</param>
public sealed record Decontamination(ContaminationIndex Index, DecontaminationState State)
{
    /// <summary>As rejected.jsonl names it.</summary>
    public const string Rule = ContaminationIndex.Rule;

    const string Method = "words in a row (sequence), equal instructions and inputs, ROUGE-L of instructions";

    /// <summary>Null where nothing is to be compared with.</summary>
    /// <exception cref="InvalidDataException">A set is missing or cannot be read; says where.</exception>
    public static Decontamination? Load(DecontaminationOptions options)
    {
        if (!options.IsOn)
        {
            return null;
        }

        ImmutableArray<ImmutableArray<EvaluationText>> sets =
        [
            .. options.OwnTasks ? new[] { EvaluationTexts.OwnTasks().ToImmutableArray() } : [],
            .. options.Against.Select(static path => EvaluationTexts.Read(path).ToImmutableArray()),
        ];
        return new Decontamination(
            new ContaminationIndex(sets.SelectMany(static set => set), new ContaminationOptions(options.Words, options.Threshold)),
            new DecontaminationState(Method, options.Words, options.Threshold, [.. sets.Where(static set => set is not []).Select(Describe)]));
    }

    /// <summary>The first text of an instance that an evaluation set knows, as a line of rejected.jsonl; null: none.</summary>
    public Rejection? FindRejection(GeneratedInstance instance, string stage)
    {
        var hit = Index.Find(instance.Instruction, "instruction") ?? Index.Find(instance.Input, "input") ?? Index.Find(instance.Output, "output");
        return hit is null ? null : new Rejection(stage, $"{instance.Instruction}\nInput: {instance.Input}\nOutput: {instance.Output}", Rule, hit.Neighbour, hit.Score);
    }

    static EvaluationSetState Describe(ImmutableArray<EvaluationText> set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in set)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{text.Field}\0{text.Text}\0"));
        }

        return new EvaluationSetState(set[0].Set, set.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
