using System.Collections.Immutable;
using SelfInstruct.Instructions;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>
/// Where instruction generation stands. Rounds are written one after another, so all but the last seen are whole;
/// the last is taken back and done again from the recorded completions, with the same result. The same rule admits
/// what a lower target had left out.
/// </summary>
/// <param name="Accepted">Of whole rounds.</param>
/// <param name="NextRound">The round to do next.</param>
public sealed record RecoveredRounds(ImmutableArray<MachineInstruction> Accepted, int NextRound)
{
    /// <summary>
    /// Leaves in the files only whole rounds; leaves them alone when the target is met. Lines without an id come
    /// from elsewhere, as a pool of the original program's, and always stay.
    /// </summary>
    public static RecoveredRounds Open(RunFolder folder, InstructionOptions options)
    {
        TornTail.Cut(folder.Instructions);
        TornTail.Cut(folder.Rejected);
        var accepted = Read(folder.Instructions, TaskJson.Format.MachineInstruction);
        var rejected = Read(folder.Rejected, TaskJson.Format.Rejection);
        var last = accepted.Select(static line => line.Round)
            .Concat(rejected.Where(IsInstruction).Select(static line => line.Round))
            .DefaultIfEmpty(0)
            .Max();
        var whole = accepted.Where(line => line.Id is null || line.Round < last).ToImmutableArray();
        if (accepted.Count >= options.Target && !(options.WholeRounds && whole.Length < options.Target))
        {
            return new RecoveredRounds([.. accepted], last + 1);
        }

        JsonLines.WriteAll(folder.Rejected, rejected.Where(line => IsInstruction(line) && line.Round < last), TaskJson.Format.Rejection);
        TornTail.KeepLines(folder.Instructions, whole.Length);
        return new RecoveredRounds(whole, last);
    }

    static bool IsInstruction(Rejection rejection) => rejection.Stage == "instructions";

    static List<T> Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        File.Exists(path) ? [.. JsonLines.Read(path, type).Select(static line => line.Value)] : [];
}
