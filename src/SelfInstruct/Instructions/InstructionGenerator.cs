using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Concurrency;
using SelfInstruct.Contamination;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>
/// Step 1 of the paper's section 2.2: instructions from instructions, in rounds, until the pool holds enough. All
/// prompts of a round are drawn from the pool as it stood before it, and their answers admitted in prompt order:
/// the same seed and the same answers give the same pool, however many calls are in flight.
/// </summary>
public sealed class InstructionGenerator(
    InstructionOptions options,
    string header,
    CompletionLog completions,
    long seed,
    RandomnessKind randomness = RandomnessKind.Counter,
    ContaminationIndex? evaluationSets = null)
{
    readonly NoveltyIndex _novelty = new(new NoveltyOptions { Threshold = options.MaxSimilarity, Words = options.Words });
    readonly List<string> _seeds = [];
    readonly Dictionary<string, Instance> _instances = [];
    readonly List<string> _generated = [];
    readonly List<int> _rounds = [];
    readonly Randomness _draws = new(randomness, seed);
    readonly InstructionRequests _requests = new(options, header, completions.Model, seed);

    /// <summary>Rounds until the target is met.</summary>
    /// <param name="seeds">The pool begins with their instructions.</param>
    /// <param name="accepted">Of earlier rounds, all complete; those without an id were in the pool before the first.</param>
    /// <param name="firstRound">The round to begin with.</param>
    /// <param name="cancellationToken">Stops between completions; what was answered is recorded.</param>
    /// <exception cref="ModelRanDryException">Too many rounds in a row brought nothing.</exception>
    public async IAsyncEnumerable<InstructionRound> RunAsync(
        ImmutableArray<SeedTask> seeds,
        IEnumerable<MachineInstruction> accepted,
        int firstRound,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var admission = Fill(seeds, [.. accepted], firstRound);
        var proposals = new InstructionProposals(options, Script.FindDominating(string.Join('\n', _seeds)), evaluationSets);
        var window = new AcceptanceWindow(options.AcceptanceRounds);
        for (var round = firstRound; _generated.Count < options.Target; round++)
        {
            var result = Admit(admission, round, await ProposeAsync(proposals, round, cancellationToken).ConfigureAwait(false));
            yield return result;
            window.Add(result.Accepted.Length, result.Rejected.CountBy(static rejection => rejection.Rule));
            if (window.FindObjection(options, _generated.Count) is { } objection)
            {
                throw new ModelRanDryException(objection);
            }
        }
    }

    InstructionAdmission Fill(ImmutableArray<SeedTask> seeds, ImmutableArray<MachineInstruction> accepted, int firstRound)
    {
        _seeds.AddRange(seeds.Select(static seed => seed.Instruction));
        foreach (var task in seeds)
        {
            _instances.TryAdd(task.Instruction, task.Instances[0]);
        }

        foreach (var instruction in accepted)
        {
            Remember(instruction);
        }

        foreach (var instruction in _seeds.Concat(_generated))
        {
            _novelty.Add(instruction);
        }

        RepeatDraws(accepted, firstRound);
        return new InstructionAdmission(options, accepted.LastOrDefault(static instruction => instruction.Id is null) is { } given ? given.RequestIdx + 1 : 0);
    }

    void Remember(MachineInstruction accepted)
    {
        _generated.Add(accepted.Instruction);
        _rounds.Add(accepted.Id is null ? InstructionRequests.BeforeFirst : accepted.Round);
        _instances.TryAdd(accepted.Instruction, accepted.Instance ?? new Instance("", ""));
    }

    /// <summary>A sequence of draws is brought to where earlier rounds left it; that depends on the pool's size at each.</summary>
    void RepeatDraws(ImmutableArray<MachineInstruction> accepted, int rounds)
    {
        var pool = _generated.ToArray();
        for (var (round, size) = (0, 0); _draws.Sequence is { } sequence && round < rounds; round++)
        {
            while (size < pool.Length && (accepted[size].Id is null || accepted[size].Round < round))
            {
                size++;
            }

            for (var slot = 0; slot < options.PromptsPerRound; slot++)
            {
                InstructionPrompt.DrawDemonstrations(_seeds, new ArraySegment<string>(pool, 0, size), options, sequence);
            }
        }
    }

    async Task<List<ProposedInstruction>> ProposeAsync(InstructionProposals proposals, int round, CancellationToken cancellationToken)
    {
        using var span = RunTelemetry.StartRound(round);
        var pool = _rounds.FindLastIndex(earlier => earlier <= round - options.RoundsInFlight || earlier == InstructionRequests.BeforeFirst) + 1;
        var requests = Enumerable.Range(0, options.PromptsPerRound).Select(slot => Request(round, slot, pool)).ToArray();
        var answers = requests.SelectConcurrently(completions.Model.MaxConcurrency, completions.CompleteAsync, cancellationToken);
        List<ProposedInstruction> proposed = [];
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            proposed.AddRange(proposals.Read(requests[answer.Slot].Prompt, answer));
        }

        return proposed;
    }

    /// <param name="round">From 0.</param>
    /// <param name="slot">In it.</param>
    /// <param name="pool">How many of the generated instructions may be shown.</param>
    CompletionRequest Request(int round, int slot, int pool)
    {
        var drawn = _requests.Draw(round, slot, _seeds.Count, pool, _draws.Sequence);
        return _requests.Create(drawn, [.. drawn.Numbers.Select(number => number < _seeds.Count ? _seeds[number] : _generated[number - _seeds.Count])], _instances);
    }

    /// <summary>All of a round are judged together: the novelty of many costs little more than that of one.</summary>
    InstructionRound Admit(InstructionAdmission admission, int round, List<ProposedInstruction> proposed)
    {
        var wellFormed = proposed.Where(static candidate => candidate.Rule is null).Select(static candidate => candidate.Text).ToList();
        var verdicts = _novelty.AddNovel(wellFormed, most: options.WholeRounds ? int.MaxValue : options.Target - _generated.Count);
        var result = admission.Admit(round, proposed, verdicts, _generated.Count);
        foreach (var instruction in result.Accepted)
        {
            Remember(instruction);
        }

        return result;
    }
}

/// <summary>The model proposes nothing new any more.</summary>
public sealed class ModelRanDryException(string message) : Exception(message);
