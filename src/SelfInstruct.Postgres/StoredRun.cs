using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SelfInstruct.Instructions;
using SelfInstruct.Novelty;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Postgres;

/// <summary>What a run is, as its store says: enough for a process that knows nothing but the address.</summary>
/// <param name="Id">Told apart from an earlier run of the same name by it.</param>
/// <param name="Shards">Into which the texts that novelty is measured against are divided.</param>
/// <param name="Configuration">As of run.yaml.</param>
/// <param name="State">As of run.json when it began: model, and hashes of what prompts are made from.</param>
/// <param name="SeedTasks">The file.</param>
/// <param name="Prompts">Texts that replace the built-in ones, by file name.</param>
public sealed record StoredRun(
    string Id, int Shards, string Configuration, RunState State, string SeedTasks, ImmutableSortedDictionary<string, string> Prompts)
{
    public const int DefaultShards = 12;

    /// <param name="options">Of the run.</param>
    /// <param name="state">Of its folder.</param>
    /// <param name="id">New.</param>
    /// <exception cref="InvalidDataException">It cannot be shared.</exception>
    public static StoredRun Of(SelfInstructOptions options, RunState state, Guid id)
    {
        if (options.Randomness != RandomnessKind.Counter)
        {
            throw new InvalidDataException($"randomness is {options.Randomness.ToString().ToLowerInvariant()}: its draws follow one another, so that processes cannot share them. A shared run has counter.");
        }

        if (state.Model.StartsWith("replay:", StringComparison.Ordinal) || options.Batch)
        {
            throw new InvalidDataException($"{(options.Batch ? "batch is true" : $"model is {state.Model}")}: answers come to one process, in order. Run it without --store.");
        }

        return new StoredRun(
            id.ToString("N"), DefaultShards, SelfInstructSettings.ToYaml(options), state, File.ReadAllText(options.SeedTasks!), ReadPrompts(options.Prompts));
    }

    /// <summary>The options, with the run's own seed tasks and prompts, which are written to a folder.</summary>
    public SelfInstructOptions Restore(string folder)
    {
        Directory.CreateDirectory(folder);
        var seeds = Write(folder, State.SeedTasks, SeedTasks);
        foreach (var (name, text) in Prompts)
        {
            Write(Path.Combine(folder, "prompts"), name, text);
        }

        return SelfInstructSettings.ApplyFile(new SelfInstructOptions(), Write(folder, "store.yaml", Configuration)) with
        {
            SeedTasks = seeds,
            Prompts = Prompts.IsEmpty ? null : Path.Combine(folder, "prompts"),
        };
    }

    static string Write(string folder, string name, string text)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Path.GetFileName(name));
        File.WriteAllText(path, text);
        return path;
    }

    static ImmutableSortedDictionary<string, string> ReadPrompts(string? folder) =>
        folder is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : Directory.EnumerateFiles(folder, "*.txt").ToImmutableSortedDictionary(static path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);
}

/// <summary>What the tables hold as text.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, int>))]
[JsonSerializable(typeof(ImmutableArray<ProposedInstruction>))]
[JsonSerializable(typeof(ImmutableArray<ShardHit>))]
[JsonSerializable(typeof(ImmutableArray<ShardRecord>))]
sealed partial class StoreJson : JsonSerializerContext
{
    /// <summary>As in the files, but what is null is left out and not missed.</summary>
    public static StoreJson Format { get; } = new(new JsonSerializerOptions(TaskJson.CreateOptions()) { RespectRequiredConstructorParameters = false });
}

/// <summary>A text of a shard that a candidate is too near to.</summary>
/// <param name="Candidate">Among those of the round that no rule rejects.</param>
/// <param name="Text">By number: seeds first, then the pool.</param>
/// <param name="Score">ROUGE-L.</param>
sealed record ShardHit(int Candidate, int Text, double Score);

/// <summary>A <see cref="PartialRecord"/> in few words: there are many.</summary>
/// <param name="W">Words of the candidate.</param>
/// <param name="N">Texts.</param>
/// <param name="Near">Numbers of the nearest texts.</param>
/// <param name="Scores">How near each is.</param>
/// <param name="Lengths">Of texts, ascending.</param>
/// <param name="Shared">Sum of LCS with the texts of each length.</param>
sealed record ShardRecord(int W, int N, int[] Near, double[] Scores, int[] Lengths, long[] Shared)
{
    public static ShardRecord Of(PartialRecord record) => new(
        record.Words,
        record.Texts,
        [.. record.Nearest.Select(static near => near.Index)],
        [.. record.Nearest.Select(static near => near.Score)],
        [.. record.Sums.Select(static sum => sum.Length)],
        [.. record.Sums.Select(static sum => sum.Shared)]);

    public PartialRecord ToRecord() => new(
        W,
        N,
        [.. Near.Zip(Scores, static (text, score) => new Neighbour(text, score))],
        [.. Lengths.Zip(Shared, static (length, shared) => new LengthSum(length, shared))]);
}
