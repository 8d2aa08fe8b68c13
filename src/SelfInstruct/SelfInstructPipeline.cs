using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Classification;
using SelfInstruct.Datasets;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>
/// Self-Instruct from seed tasks to fine-tuning files: the four steps of the paper's section 2.2 and 2.3, each from
/// the files of the one before. Read this first. Every step continues where an earlier call, or a crash, left it.
/// </summary>
public sealed class SelfInstructPipeline : IAsyncDisposable
{
    /// <summary>That ask a model, in order.</summary>
    static readonly ImmutableArray<string> Steps = ["instructions", "classification", "instances"];

    readonly SelfInstructOptions _options;
    readonly ImmutableArray<SeedTask> _seeds;
    readonly RunFolder _folder;
    readonly CompletionLog _completions;
    readonly Prices? _prices;
    readonly Decontamination? _decontamination;
    readonly ProgressReport _report;

    SelfInstructPipeline(
        SelfInstructOptions options,
        ImmutableArray<SeedTask> seeds,
        RunFolder folder,
        CompletionLog completions,
        Prices? prices,
        IProgress<StageProgress>? progress,
        Decontamination? decontamination)
    {
        (_options, _seeds, _folder, _completions, _prices, _decontamination) = (options, seeds, folder, completions, prices, decontamination);
        _report = new ProgressReport(options, seeds, completions, prices, progress);
    }

    /// <param name="options">What to run; checked here.</param>
    /// <param name="seeds">The human-written tasks the pool begins with.</param>
    /// <param name="model">Answers every prompt; each answer is recorded and never asked for again.</param>
    /// <param name="folder">Held by the caller.</param>
    /// <param name="time">Stamps what is recorded.</param>
    /// <param name="progress">Told after every unit of work.</param>
    /// <param name="cancellationToken">Ends the reading of what is recorded.</param>
    /// <exception cref="InvalidDataException">The options cannot be, or a recorded file is not what it should be.</exception>
    public static Task<SelfInstructPipeline> OpenAsync(
        SelfInstructOptions options,
        ImmutableArray<SeedTask> seeds,
        ILanguageModel model,
        RunFolder folder,
        TimeProvider time,
        IProgress<StageProgress>? progress,
        CancellationToken cancellationToken) =>
        OpenAsync(options, seeds, model, folder, time, progress, Decontamination.Load(options.Decontamination), cancellationToken);

    internal static async Task<SelfInstructPipeline> OpenAsync(
        SelfInstructOptions options,
        ImmutableArray<SeedTask> seeds,
        ILanguageModel model,
        RunFolder folder,
        TimeProvider time,
        IProgress<StageProgress>? progress,
        Decontamination? decontamination,
        CancellationToken cancellationToken)
    {
        var prices = RunPrices.Find(options.Validated());
        if (options.MaxCost is not null && prices is null)
        {
            throw new InvalidDataException($"max_cost is set, but no price is known for {options.Model}: set prompt_price and completion_price (US dollars per million tokens), or name a file of prices.");
        }

        var log = JsonLinesLog.Open(folder.Completions, CompletionLog.KeyField);
        var budget = new Budget(options.MaxCost, options.MaxTokens, prices ?? Prices.Free);
        var completions = await CompletionLog.OpenAsync(log, model, time, budget, cancellationToken).ConfigureAwait(false);
        return new SelfInstructPipeline(options, seeds, folder, completions, prices, progress, decontamination);
    }

    /// <summary>The dataset was made anew from all of this folder's own files.</summary>
    public bool HasPrepared { get; private set; }

    /// <summary>The whole of Self-Instruct.</summary>
    public async Task<RunCounts> RunAsync(CancellationToken cancellationToken)
    {
        await GenerateInstructionsAsync(cancellationToken).ConfigureAwait(false);     // 1
        await IdentifyClassificationAsync(cancellationToken).ConfigureAwait(false);   // 2
        await GenerateInstancesAsync(cancellationToken).ConfigureAwait(false);        // 3
        return PrepareDataset();                                                      // 4
    }

    /// <summary>Step 1: instructions from instructions, until the pool holds the target.</summary>
    public async Task GenerateInstructionsAsync(CancellationToken cancellationToken)
    {
        var recovered = RecoveredRounds.Open(_folder, _options.Instructions);
        await using var accepted = JsonLinesLog.Open(_folder.Instructions);
        await using var rejected = JsonLinesLog.Open(_folder.Rejected);
        var generator = new InstructionGenerator(
            _options.Instructions, LoadPrompt("instructions").Header, _completions, _options.Seed, _options.Randomness, _decontamination?.Index);
        var rejections = (int)rejected.Count;
        _report.Accepted(recovered.Accepted.Length, rejections);
        var rounds = generator.RunAsync(_seeds, recovered.Accepted, recovered.NextRound, cancellationToken);
        await foreach (var round in rounds.ConfigureAwait(false))
        {
            // Rejected before accepted, both before the next round: a torn round is seen as the last one, and done again.
            await rejected.AppendAsync(round.Rejected, TaskJson.Format.Rejection, CancellationToken.None).ConfigureAwait(false);
            await accepted.AppendAsync(round.Accepted, TaskJson.Format.MachineInstruction, CancellationToken.None).ConfigureAwait(false);
            RunTelemetry.CountCandidates(round.Accepted.Length, round.Rejected);
            rejections += round.Rejected.Length;
            _report.Accepted(_report.Done.Accepted + round.Accepted.Length, rejections);
        }
    }

    /// <summary>Step 2: which of them are classification tasks.</summary>
    public async Task IdentifyClassificationAsync(CancellationToken cancellationToken)
    {
        var instructions = ReadInstructions();
        var recovered = ReadIfThere(_folder.Classification, TaskJson.Format.ClassificationAnswer).ToList();
        CheckPrefix(_folder.Classification, recovered, static line => line.Instruction, instructions);
        await using var answers = JsonLinesLog.Open(_folder.Classification);
        var identifier = new ClassificationIdentifier(
            _options.Classification, LoadPrompt("classification"), _completions, _options.Seed);
        var lines = new AppendQueue(answers);
        _report.Identified(recovered.Count, instructions.Length);
        await foreach (var answer in identifier.RunAsync(instructions.Index().Skip(recovered.Count), cancellationToken).ConfigureAwait(false))
        {
            await lines.AddAsync(answer, TaskJson.Format.ClassificationAnswer).ConfigureAwait(false);
            _report.Identified(_report.Done.Identified + 1, instructions.Length);
        }

        await lines.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Step 3: instances, input first or, for classification tasks, label first.</summary>
    public async Task GenerateInstancesAsync(CancellationToken cancellationToken)
    {
        var instructions = ReadInstructions();
        var answers = ReadFrom(_folder.Classification, TaskJson.Format.ClassificationAnswer, "classify");
        CheckPrefix(_folder.Classification, answers, static line => line.Instruction, instructions);
        CheckFinished(_folder.Classification, answers.Count, instructions.Length, "classify");
        var identified = IdentifiedInstruction.InBatches(
            instructions.Zip(answers, (instruction, answer) => (instruction, IsClassification(answer))));
        var recovered = ReadIfThere(_folder.RawInstances, TaskJson.Format.MachineInstances).ToList();
        CheckPrefix(_folder.RawInstances, recovered, static line => line.Instruction, instructions);
        await using var raw = JsonLinesLog.Open(_folder.RawInstances);
        var generator = new InstanceGenerator(
            _options.Instances,
            LoadPrompt("input-first"),
            LoadPrompt("output-first"),
            _completions,
            _options.Seed);
        var lines = new AppendQueue(raw);
        _report.WithInstances(recovered.Count, instructions.Length);
        await foreach (var line in generator.RunAsync(identified.Skip(recovered.Count), cancellationToken).ConfigureAwait(false))
        {
            await lines.AddAsync(line, TaskJson.Format.MachineInstances).ConfigureAwait(false);
            _report.WithInstances(_report.Done.WithInstances + 1, instructions.Length);
        }

        await lines.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Step 4: instances parsed, filtered and encoded; the seed tasks join them. Asks no model, and starts afresh each time.</summary>
    public RunCounts PrepareDataset()
    {
        var instructions = ReadInstructions().Length;
        CheckFinished(_folder.Classification, CountLines(_folder.Classification), instructions, "classify");
        CheckFinished(_folder.RawInstances, CountLines(_folder.RawInstances), instructions, "instances");
        var counts = PrepareDataset(_folder.RawInstances, _folder.Classification);
        HasPrepared = true;
        return counts;
    }

    /// <summary>Step 4 on files from elsewhere.</summary>
    /// <param name="instancesFile">Our machine_generated_instances.jsonl or the original's.</param>
    /// <param name="classificationFile">Our is_clf_or_not.jsonl or the original's; matched by instruction.</param>
    public RunCounts PrepareDataset(string instancesFile, string classificationFile)
    {
        var answers = ReadFrom(classificationFile, TaskJson.Format.ClassificationAnswer, "classify")
            .DistinctBy(static answer => answer.Instruction)
            .ToDictionary(static answer => answer.Instruction);
        var randomness = new Randomness(_options.Randomness, _options.Datasets.Seed ?? _options.Seed);
        var selection = new InstanceSelection(_options.Instances, randomness, CreateContext());
        var raw = ReadFrom(instancesFile, TaskJson.Format.MachineInstances, "instances");
        if (raw.FindIndex(static line => line.RawInstances is null) is >= 0 and var missing)
        {
            throw new InvalidDataException($"{instancesFile}: object {missing + 1} has no field raw_instances, what the model wrote. `import` recognises instances that were read out of it already.");
        }

        var selected = raw
            .Select((line, place) => selection.Select(place, line, answers.TryGetValue(line.Instruction, out var answer) && IsClassification(answer)))
            .ToList();
        var (instances, faulty) = new DatasetFilter(_options, _decontamination).Apply(selected.SelectMany(static one => one.Kept));
        var edited = Edits.Apply(instances, Edits.Read(_folder.Edits));
        var dataset = new DatasetWriter(_options.Datasets, randomness).Build(edited.Rows, _seeds);
        JsonLines.WriteAll(_folder.Instances, instances, TaskJson.Format.GeneratedInstance);
        DatasetWriter.Write(dataset, _folder.FineTuning);
        var rejected = ReadRejected().Where(static rejection => rejection.Stage == "instructions")
            .Concat(selected.SelectMany(static one => one.Rejected))
            .Concat(faulty)
            .Concat(edited.Rejected.Select(static row => new Rejection("dataset", $"{row.Instruction}\nInput: {row.Input}\nOutput: {row.Output}", "rejected_in_review")))
            .Concat(edited.Stale.Select(static edit => new Rejection("dataset", edit.Id, "stale_edit")))
            .Concat(dataset.Rejected);
        JsonLines.WriteAll(_folder.Rejected, rejected.ToList(), TaskJson.Format.Rejection);
        _report.Dataset(dataset.Rows.Length, selected.Sum(static one => one.Rejected.Length) + faulty.Length + dataset.Rejected.Length);
        return Count();
    }

    /// <summary>What the folder holds now: a fold of its files.</summary>
    public RunCounts Count()
    {
        var rejected = ReadRejected().ToList();
        var answers = ReadIfThere(_folder.Classification, TaskJson.Format.ClassificationAnswer).ToList();
        var accepted = ReadIfThere(_folder.Instructions, TaskJson.Format.MachineInstruction).Count();
        var byRule = new SortedDictionary<string, int>(rejected.CountBy(static rejection => rejection.Rule).ToDictionary(), StringComparer.Ordinal);
        return new RunCounts(
            _seeds.Length,
            accepted + rejected.Count(static rejection => rejection.Stage == "instructions"),
            accepted,
            byRule,
            answers.Count,
            answers.Count(IsClassification),
            answers.Count(answer => _options.Classification.Reading.Parse(answer.IsClassification ?? "") is null),
            CountLines(_folder.RawInstances),
            ReadIfThere(_folder.Instances, TaskJson.Format.GeneratedInstance).Count(),
            CountLines(Path.Combine(_folder.FineTuning, ExportFormat.All[0].Name + ".jsonl")),
            _completions.Calls,
            _completions.PromptTokens,
            _completions.CompletionTokens,
            CostOf(_completions.PromptTokens, _completions.CompletionTokens),
            _completions.DroppedDemonstrations,
            [.. _completions.Usage.Stages.OrderBy(static stage => Steps.IndexOf(stage.Stage)).Select(stage => new StageSpending(
                stage.Stage, stage.Calls, stage.PromptTokens, stage.CompletionTokens, CostOf(stage.PromptTokens, stage.CompletionTokens)))],
            _prices is not null);
    }

    public ValueTask DisposeAsync() => _completions.DisposeAsync();

    bool IsClassification(ClassificationAnswer answer) => _options.Classification.Reading.Parse(answer.IsClassification ?? "") is true;

    static int CountLines(string path) => File.Exists(path) ? File.ReadLines(path).Count() : 0;

    static IEnumerable<T> ReadIfThere<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        File.Exists(path) ? JsonLines.Read(path, type).Select(static line => line.Value) : [];

    static List<T> ReadFrom<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string step) =>
        File.Exists(path)
            ? [.. JsonLines.Read(path, type).Select(static line => line.Value)]
            : throw new InvalidDataException($"{path}: no such file. Run the step `{step}` first.");

    /// <summary>A step's file holds the first lines of what the step before it wrote; anything else was put there by someone else.</summary>
    static void CheckPrefix<T>(string path, List<T> lines, Func<T, string> instructionOf, ImmutableArray<MachineInstruction> instructions)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (i >= instructions.Length || instructionOf(lines[i]) != instructions[i].Instruction)
            {
                throw new InvalidDataException($"{path}({i + 1}): does not belong to line {i + 1} of machine_generated_instructions.jsonl. Restore that file, or remove {Path.GetFileName(path)} to have it made again (no completion is asked for twice).");
            }
        }
    }

    static void CheckFinished(string path, int lines, int instructions, string step)
    {
        if (lines < instructions)
        {
            throw new InvalidDataException($"{path}: has {lines} lines for {instructions} instructions. Run the step `{step}` first.");
        }
    }

    AnswerContext CreateContext() => new(
        [.. AnswerContext.LinesOf(LoadPrompt("input-first").Render("")), .. AnswerContext.LinesOf(LoadPrompt("output-first").Render(""))],
        Script.FindDominating(string.Join('\n', _seeds.Select(static seed => seed.Instruction))));

    PromptTemplate LoadPrompt(string name) => PromptTemplate.Load(name, _options.Prompts, _options.Profile);

    ImmutableArray<MachineInstruction> ReadInstructions() => [.. ReadFrom(_folder.Instructions, TaskJson.Format.MachineInstruction, "generate")];

    IEnumerable<Rejection> ReadRejected() => ReadIfThere(_folder.Rejected, TaskJson.Format.Rejection);

    double CostOf(long promptTokens, long completionTokens) => (_prices ?? Prices.Free).CostOf(promptTokens, completionTokens);
}
