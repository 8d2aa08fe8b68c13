using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Novelty;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>What one round of prompts brought, in the order of its prompts.</summary>
public sealed record InstructionRound(int Round, ImmutableArray<MachineInstruction> Accepted, ImmutableArray<Rejection> Rejected);

/// <summary>From verdicts to lines of the pool and of what was rejected.</summary>
/// <param name="options">Of step 1.</param>
/// <param name="firstRequest">Request number of the run's first prompt: past those of a pool from elsewhere.</param>
public sealed class InstructionAdmission(InstructionOptions options, int firstRequest)
{
    /// <param name="round">From 0.</param>
    /// <param name="proposed">In prompt order.</param>
    /// <param name="verdicts">Of those that no rule rejects, in the same order.</param>
    /// <param name="generated">How many the pool held before.</param>
    public InstructionRound Admit(int round, IReadOnlyList<ProposedInstruction> proposed, IEnumerable<NoveltyVerdict> verdicts, int generated)
    {
        var waiting = new Queue<NoveltyVerdict>(verdicts);
        var accepted = ImmutableArray.CreateBuilder<MachineInstruction>();
        var rejected = ImmutableArray.CreateBuilder<Rejection>();
        foreach (var candidate in proposed)
        {
            var verdict = candidate.Rule is null ? waiting.Dequeue() : null;
            if (verdict?.Record is { } record)
            {
                accepted.Add(Accept(candidate, record, generated + accepted.Count));
            }
            else
            {
                rejected.Add(Reject(candidate, verdict));
            }
        }

        return new InstructionRound(round, accepted.ToImmutable(), rejected.ToImmutable());
    }

    // What is beyond the target is not lost: a run that is continued with a higher one admits this round again.
    static Rejection Reject(ProposedInstruction candidate, NoveltyVerdict? verdict) => new(
        InstructionRequests.Stage,
        candidate.Text,
        candidate.Rule ?? (verdict!.Above is null ? "beyond_target" : "not_novel"),
        candidate.Neighbour ?? verdict?.Above?.Text,
        candidate.Score ?? verdict?.Above?.Score,
        candidate.Completion,
        candidate.Round);

    MachineInstruction Accept(ProposedInstruction candidate, NoveltyRecord record, int place)
    {
        var metadata = new InstructionMetadata(candidate.Model, candidate.Completion, candidate.FinishReason, candidate.Slot);
        return new MachineInstruction(
            candidate.Text,
            record.MostSimilar,
            record.Mean,
            JsonSerializer.SerializeToElement(metadata, TaskJson.Format.InstructionMetadata),
            firstRequest + (options.WholeRounds ? candidate.Round : (candidate.Round * options.PromptsPerRound) + candidate.Slot),
            $"instruction_{place}",
            candidate.Round,
            candidate.Instance);
    }
}
