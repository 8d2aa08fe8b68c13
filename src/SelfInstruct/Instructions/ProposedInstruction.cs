using SelfInstruct.Answers;
using SelfInstruct.Contamination;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>A candidate, where it came from and what the rules that need no pool say of it.</summary>
/// <param name="Rule">The one that rejects it; null: its novelty decides.</param>
/// <param name="Neighbour">The text of an evaluation set that it is too near to; null: none.</param>
/// <param name="Score">How near: ROUGE-L, in [0, 1].</param>
/// <param name="Completion">Key of the completion it came from.</param>
/// <param name="Slot">Of the prompt, in its round.</param>
public sealed record ProposedInstruction(
    string Text,
    string? Rule,
    string? Neighbour,
    double? Score,
    string Model,
    string Completion,
    string FinishReason,
    int Round,
    int Slot,
    Instance? Instance);

/// <summary>From completions to candidates.</summary>
/// <param name="options">Decide how they are read, and by which rules.</param>
/// <param name="script">The one that dominates the seeds; null: none does.</param>
/// <param name="evaluationSets">Nothing may be too near to them; null: nothing is compared.</param>
public sealed class InstructionProposals(InstructionOptions options, string? script, ContaminationIndex? evaluationSets)
{
    /// <summary>In the completion's order. A completion without any instruction is rejected as one candidate, so that it is counted.</summary>
    public IEnumerable<ProposedInstruction> Read(string prompt, RecordedCompletion answer)
    {
        var completion = new Completion(answer.Text, answer.FinishReason, answer.Usage);
        var context = new AnswerContext(AnswerContext.LinesOf(prompt), script);
        foreach (var candidate in Parse(completion))
        {
            var rule = InstructionRules.FindRejection(candidate with { Context = context }, options);
            var known = rule is null ? evaluationSets?.Find(candidate.Text, "instruction") : null;
            yield return new ProposedInstruction(
                candidate.Text,
                known is null ? rule : ContaminationIndex.Rule,
                known?.Neighbour,
                known?.Score,
                answer.Model,
                answer.Key,
                answer.FinishReason,
                answer.Round,
                answer.Slot,
                candidate.Instance);
        }
    }

    IEnumerable<CandidateInstruction> Parse(Completion completion)
    {
        var candidates = options.Reading.Parse(completion).ToList();
        var fault = completion.FinishReason == Completion.ContentFilter ? Completion.ContentFilter : "no_instruction_found";
        return candidates is [] ? [new CandidateInstruction(completion.Text, CutOff: true) { Fault = fault }] : candidates;
    }
}
