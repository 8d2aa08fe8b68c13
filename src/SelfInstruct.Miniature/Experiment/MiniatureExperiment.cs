using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Evaluation;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Tasks;

namespace SelfInstruct.Miniature.Experiment;

/// <param name="Does">What is done now.</param>
/// <param name="Done">Rows of all seeds that are finished.</param>
public sealed record ExperimentProgress(string Does, int Done, int Of);

/// <param name="Rows">Of every seed, in the order of the table; a name occurs once for each seed.</param>
/// <param name="Data">Of every seed.</param>
public sealed record ExperimentResult(ImmutableArray<RowResult> Rows, ImmutableArray<DataRecord> Data);

/// <summary>A row of one seed.</summary>
public sealed record RowResult(int Seed, RowRecord Row, ImmutableArray<RowAnswer> Answers);

/// <summary>
/// The paper in miniature: one small model writes its own data, is tuned on it and on what it is compared with, and answers
/// tasks of families it was not tuned on (paper, sections 2 to 4). Continues where an earlier call was stopped.
/// </summary>
/// <param name="starter">The base model, as it lies on the disk.</param>
/// <param name="run">Settings of the run that makes the data; seed and number of instructions are the experiment's.</param>
/// <param name="options">How large.</param>
/// <param name="folder">For everything made.</param>
/// <param name="time">Stamps what is recorded.</param>
public sealed class MiniatureExperiment(string starter, SelfInstructOptions run, ExperimentOptions options, string folder, TimeProvider time)
{
    readonly string _modelHash = Hash(File.ReadAllBytes(starter));

    public async Task<ExperimentResult> RunAsync(IProgress<ExperimentProgress>? progress, CancellationToken cancellationToken)
    {
        using var stored = LocalModelPath.Open(starter);
        var rowRun = new RowRun(new ModelFile(stored.Config, stored.Vocabulary, stored.Tensors.Load()), options, time);
        var (rows, records) = (ImmutableArray.CreateBuilder<RowResult>(), ImmutableArray.CreateBuilder<DataRecord>());
        var total = 0;
        foreach (var seed in options.Seeds)
        {
            progress?.Report(new($"seed {seed}: the model writes its data", rows.Count, total));
            var questions = Question.Draw(seed, options.QuestionsPerFamily);
            var (data, record) = await MakeDataAsync(seed, questions, cancellationToken).ConfigureAwait(false);
            records.Add(record);
            var plan = data.Rows(seed, options).ToImmutableArray();
            total = plan.Length * options.Seeds.Length;
            foreach (var row in plan)
            {
                progress?.Report(new($"seed {seed}: {row.Name}, {row.Data.Length} examples", rows.Count, total));
                rows.Add(await RunAsync(rowRun, row, seed, questions, cancellationToken).ConfigureAwait(false));
            }
        }

        progress?.Report(new("done", total, total));
        return new(rows.ToImmutable(), records.ToImmutable());
    }

    /// <summary>The run's own files are its memory: what is there is not asked for again.</summary>
    async Task<(ExperimentData Data, DataRecord Record)> MakeDataAsync(int seed, ImmutableArray<Question> questions, CancellationToken cancellationToken)
    {
        var settings = run with { Seed = seed, Instructions = run.Instructions with { Target = options.Instructions } };
        var path = Path.Combine(SeedFolder(seed), "run");
        Refuse(path);
        using var session = RunSession.Open(path, settings, _ => new LocalLanguageModel(LocalModelPath.Open(starter), "starter", new LocalModelOptions()), time);
        var state = session.IsComplete ? session.State : await session.RunAsync(progress: null, cancellationToken).ConfigureAwait(false);
        var generated = JsonLines.Read(session.Folder.Instances, TaskJson.Format.GeneratedInstance).Select(static line => line.Value).ToImmutableArray();
        var data = new ExperimentData(SeedTasks.Load(settings.SeedTasks!), generated, questions);
        var validity = Validity.Of(data.Generated);
        var families = data.Generated.Select(static row => World.Recognise(row.Instruction)?.Family).OfType<TaskFamily>().Distinct().ToList();
        return (data, new DataRecord(
            seed, state.Counts.Accepted, state.Counts.Candidates, validity.Rows, validity.TaskValid, validity.InputFits, validity.OutputRight,
            families.Count, families.Except(FamilySets.Seeds).Count(), data.Asked));
    }

    /// <exception cref="InvalidDataException">A larger experiment's data are there: a smaller one would be made of them.</exception>
    void Refuse(string path)
    {
        if (File.Exists(Path.Combine(path, "run.json")) && RunFolder.Look(path).ReadState() is { Target: var target } && target > options.Instructions)
        {
            throw new InvalidDataException($"{path}: holds the data of {target} instructions, of a larger experiment than one of {options.Instructions}. Give --out another folder.");
        }
    }

    async Task<RowResult> RunAsync(RowRun rowRun, ExperimentRow row, int seed, ImmutableArray<Question> questions, CancellationToken cancellationToken)
    {
        var path = Path.Combine(SeedFolder(seed), "rows", row.Name);
        var (recordFile, answersFile) = (Path.Combine(path, "row.json"), Path.Combine(path, "predictions.jsonl"));
        var record = new RowRecord(row.Name, row.Says, Fingerprint(row, seed, questions), row.Data.Length, row.Steps);
        if (Read(recordFile) == record)
        {
            return new(seed, record, [.. JsonLines.Read(answersFile, ExperimentJson.Default.RowAnswer).Select(static line => line.Value)]);
        }

        var written = await rowRun.RunAsync(row, seed, questions, cancellationToken).ConfigureAwait(false);
        var scorer = new RougeLScorer(stemmer: true);
        ImmutableArray<RowAnswer> answers = [.. questions.Zip(written, (question, answer) => RowAnswer.Judge(question, answer.Text, answer.Ended, scorer))];
        Directory.CreateDirectory(path);
        JsonLines.WriteAll(answersFile, answers, ExperimentJson.Default.RowAnswer);

        // Last: it says that the answers are there.
        JsonLines.WriteAll(recordFile, [record], ExperimentJson.Default.RowRecord);
        return new(seed, record, answers);
    }

    static RowRecord? Read(string path) =>
        File.Exists(path) ? JsonLines.Read(path, ExperimentJson.Default.RowRecord).Select(static line => line.Value).FirstOrDefault() : null;

    string SeedFolder(int seed) => Path.Combine(folder, $"seed-{seed}");

    string Fingerprint(ExperimentRow row, int seed, ImmutableArray<Question> questions)
    {
        var text = new StringBuilder($"{_modelHash} {seed} {row.Steps} {options.BatchSize} {options.LearningRate:R} {options.MaxTokens}\n");
        row.Data.Aggregate(text, static (all, example) => all.Append(example).Append('\n'));
        questions.Aggregate(text, static (all, question) => all.Append(question.Prompt).Append('\n').Append(question.Reference).Append('\n'));
        return Hash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
}
