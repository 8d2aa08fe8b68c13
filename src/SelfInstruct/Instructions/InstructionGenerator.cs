using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Answers;
using SelfInstruct.Concurrency;
using SelfInstruct.Contamination;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Instructions;

/// <summary>What one round of prompts brought, in the order of its prompts.</summary>
public sealed record InstructionRound(int Round, ImmutableArray<MachineInstruction> Accepted, ImmutableArray<Rejection> Rejected);

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
    const string Stage = "instructions";

    readonly NoveltyIndex _novelty = new(new NoveltyOptions { Threshold = options.MaxSimilarity, Words = options.Words });
    readonly List<string> _seeds = [];
    readonly Dictionary<string, Instance> _instances = [];
    readonly List<string> _generated = [];
    readonly Randomness _draws = new(randomness, seed);
    int _firstRequest;
    string? _script;

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
        Fill(seeds, [.. accepted], firstRound);
        var window = new AcceptanceWindow(options.AcceptanceRounds);
        for (var round = firstRound; _generated.Count < options.Target; round++)
        {
            var result = await RunRoundAsync(round, cancellationToken).ConfigureAwait(false);
            yield return result;
            window.Add(result);
            if (_generated.Count < options.Target && window.IsFull && (window.Rate < options.MinAcceptance || window.Rate == 0))
            {
                throw new ModelRanDryException(
                    $"{window.Describe(options.PromptsPerRound)}, below the floor of {options.MinAcceptance:0.##%} (instructions.min_acceptance); {_generated.Count} of {options.Target} are accepted and kept. The model repeats itself: raise instructions.temperature or instructions.top_p, use more varied seed tasks or a larger model, or ask for fewer.");
            }
        }
    }

    void Fill(ImmutableArray<SeedTask> seeds, ImmutableArray<MachineInstruction> accepted, int firstRound)
    {
        _seeds.AddRange(seeds.Select(static seed => seed.Instruction));
        foreach (var task in seeds)
        {
            _instances.TryAdd(task.Instruction, task.Instances[0]);
        }

        _script = Script.FindDominating(string.Join('\n', _seeds));
        _firstRequest = accepted.LastOrDefault(static instruction => instruction.Id is null) is { } given ? given.RequestIdx + 1 : 0;
        foreach (var instruction in accepted)
        {
            Remember(instruction);
        }

        foreach (var instruction in _seeds.Concat(_generated))
        {
            _novelty.Add(instruction);
        }

        RepeatDraws(accepted, firstRound);
    }

    void Remember(MachineInstruction accepted)
    {
        _generated.Add(accepted.Instruction);
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

    async Task<InstructionRound> RunRoundAsync(int round, CancellationToken cancellationToken)
    {
        using var span = RunTelemetry.StartRound(round);
        var requests = Enumerable.Range(0, options.PromptsPerRound).Select(slot => Request(round, slot)).ToArray();
        var answers = requests.SelectConcurrently(completions.Model.MaxConcurrency, completions.CompleteAsync, cancellationToken);
        List<(CandidateInstruction Candidate, RecordedCompletion Answer)> proposed = [];
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            var completion = new Completion(answer.Text, answer.FinishReason, answer.Usage);
            var context = new AnswerContext(AnswerContext.LinesOf(requests[answer.Slot].Prompt), _script);
            proposed.AddRange(Read(completion).Select(candidate => (candidate with { Context = context }, answer)));
        }

        return Admit(round, proposed);
    }

    /// <summary>A completion without any instruction is rejected as one candidate, so that it is counted.</summary>
    IEnumerable<CandidateInstruction> Read(Completion completion)
    {
        var candidates = options.Reading.Parse(completion).ToList();
        var fault = completion.FinishReason == Completion.ContentFilter ? Completion.ContentFilter : "no_instruction_found";
        return candidates is [] ? [new CandidateInstruction(completion.Text, CutOff: true) { Fault = fault }] : candidates;
    }

    CompletionRequest Request(int round, int slot)
    {
        var random = new CounterRandom(seed, Stage, round, slot);
        var demonstrations = InstructionPrompt.DrawDemonstrations(_seeds, _generated, options, _draws.Sequence ?? (Random)random);
        var prompt = InstructionPrompt.Fit(header, demonstrations, _instances, completions.Model, options, random);
        var sampling = new Sampling(
            options.Temperature, options.TopP, options.FrequencyPenalty, options.PresencePenalty, prompt.MaxTokens, options.Stop,
            CounterRandom.Key(seed, Stage, round, slot));
        return new CompletionRequest(prompt.Text, sampling) { IsMessage = options.Reading.IsMessage, Origin = new RequestOrigin(Stage, round, slot, prompt.Dropped) };
    }

    /// <summary>All of a round are judged together: the novelty of many costs little more than that of one.</summary>
    InstructionRound Admit(int round, List<(CandidateInstruction Candidate, RecordedCompletion Answer)> proposed)
    {
        var rules = proposed.ConvertAll(item => InstructionRules.FindRejection(item.Candidate, options));
        var known = proposed.Select((item, i) => rules[i] is null ? evaluationSets?.Find(item.Candidate.Text, "instruction") : null).ToList();
        rules = [.. rules.Select((rule, i) => known[i] is null ? rule : ContaminationIndex.Rule)];
        var wellFormed = proposed.Where((_, i) => rules[i] is null).Select(static item => item.Candidate.Text).ToList();
        var verdicts = new Queue<NoveltyVerdict>(_novelty.AddNovel(wellFormed, most: options.WholeRounds ? int.MaxValue : options.Target - _generated.Count));
        var accepted = ImmutableArray.CreateBuilder<MachineInstruction>();
        var rejected = ImmutableArray.CreateBuilder<Rejection>();
        for (var i = 0; i < proposed.Count; i++)
        {
            var (candidate, answer) = proposed[i];
            var verdict = rules[i] is null ? verdicts.Dequeue() : null;
            if (verdict?.Record is { } record)
            {
                accepted.Add(Accept(candidate, record, answer));
            }
            else
            {
                // What is beyond the target is not lost: a run that is continued with a higher one admits this round again.
                var rule = rules[i] ?? (verdict!.Above is null ? "beyond_target" : "not_novel");
                rejected.Add(new Rejection(Stage, candidate.Text, rule, known[i]?.Neighbour ?? verdict?.Above?.Text, known[i]?.Score ?? verdict?.Above?.Score, answer.Key, answer.Round));
            }
        }

        return new InstructionRound(round, accepted.ToImmutable(), rejected.ToImmutable());
    }

    MachineInstruction Accept(CandidateInstruction candidate, NoveltyRecord record, RecordedCompletion answer)
    {
        var metadata = new InstructionMetadata(answer.Model, answer.Key, answer.FinishReason, answer.Slot);
        var accepted = new MachineInstruction(
            candidate.Text,
            record.MostSimilar,
            record.Mean,
            JsonSerializer.SerializeToElement(metadata, TaskJson.Format.InstructionMetadata),
            _firstRequest + (options.WholeRounds ? answer.Round : (answer.Round * options.PromptsPerRound) + answer.Slot),
            $"instruction_{_generated.Count}",
            answer.Round,
            candidate.Instance);
        Remember(accepted);
        return accepted;
    }
}

/// <summary>The model proposes nothing new any more.</summary>
public sealed class ModelRanDryException(string message) : Exception(message);
