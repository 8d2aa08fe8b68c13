using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfInstruct.Benchmarks;

/// <summary>
/// A shared run that grows to more instructions than were ever measured, round by round, from constants that were. Three
/// resources serve every round: the model's servers, the processes that own shards, and the committer. The same arguments
/// give the same table: nothing is measured here, and no clock is read.
/// </summary>
internal static class ScaleSimulation
{
    static readonly double[] Milestones = [1e6, 3e6, 10e6, 20e6, 30e6, 50e6, 75e6, 100e6];

    public static void Run(SimulatedRun run, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Shards} shards in as many processes; {run.PromptsPerRound:N0} prompts a round, {run.RoundsInFlight} rounds in flight; {run.InFlight:N0} calls in flight of {run.CallSeconds} s each"));
        output.WriteLine();
        output.WriteLine("| pool | hours | candidates/s | accepted/s | accepted of candidates | round, s: calls | decide | measure | exchange | commit | busy: calls | processes | committer | bottleneck | GB a process | database, GB |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        var state = new SimulatedState(run);
        foreach (var milestone in Milestones)
        {
            var before = state.Snapshot();
            while (state.Pool < milestone)
            {
                state.Advance();
            }

            output.WriteLine(Row(run, before, state.Snapshot()));
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Steps 2 and 3 after it: {2 * state.Pool / run.CallsPerSecond / 3600:N0} hours for two calls an instruction, {state.Pool * SimulatedRun.LaterBytes / 1e9:N0} GB more in the database."));
    }

    static string Row(SimulatedRun run, Snapshot before, Snapshot now)
    {
        var seconds = now.Seconds - before.Seconds;
        (string Of, double Share)[] busy = [("calls", (now.Calls - before.Calls) / seconds), ("processes", (now.Checks - before.Checks) / seconds), ("committer", (now.Commits - before.Commits) / seconds)];
        var candidates = now.Candidates - before.Candidates;
        var accepted = now.Pool - before.Pool;
        var round = run.Round(now.Pool);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {now.Pool:N0} | {now.Seconds / 3600:N1} | {candidates / seconds:N0} | {accepted / seconds:N0} | {accepted / candidates:P0} | {round.Calls:N1} | {round.Decide:N1} | {round.Measure:N1} | {round.Exchange:N1} | {round.Commit:N1} | {busy[0].Share:P0} | {busy[1].Share:P0} | {busy[2].Share:P0} | {busy.MaxBy(static one => one.Share).Of} | {run.MemoryBytes(now.Pool) / 1e9:N1} | {now.Bytes / 1e9:N0} |");
    }
}

/// <summary>The assumptions, and the constants that were measured.</summary>
/// <param name="Shards">Each in a process of its own.</param>
/// <param name="PromptsPerRound">instructions.prompts_per_round.</param>
/// <param name="RoundsInFlight">instructions.rounds_in_flight.</param>
/// <param name="InFlight">Calls in flight, all processes together.</param>
/// <param name="CallSeconds">From request to answer.</param>
/// <param name="Cores">Of each process; decisions use all of them, records one.</param>
internal sealed record SimulatedRun(int Shards, int PromptsPerRound, int RoundsInFlight, int InFlight, double CallSeconds, int Cores)
{
    /// <summary>Completion of steps 2 and 3 and their lines, for each instruction (docs/scale.md, sizes).</summary>
    public const double LaterBytes = 7_280 + 1_830;

    const double CandidatesPerPrompt = 7;
    const double InstructionCallBytes = 1_750;
    const double PoolBytes = 1_200;
    const double RejectionBytes = 350;

    // Index, words and vocabulary of a pool of 4.2 million (novelty.md of the results), and a process that does nothing.
    const double BytesPerText = 386;
    const double BaseBytes = 130e6;

    // Records of 52,002 against one another: (0.993 - 0.186) CPU s for 1.35e9 pairs.
    const double SecondsPerPair = 0.60e-9;

    // What shards say of a candidate that none is near to, as JSON: 1.1 kB at a pool of 5,000, more digits and lengths later.
    const double VerdictBytes = 1_600;
    const double AnswerBytes = 191;

    // Prototype on two cores at load 15: 231 ms to resolve and 203 ms to write 4,000.
    const double CommitSecondsPerCandidate = (0.231 + 0.203) / 4_000;

    // Assumed, not measured: what the database takes and gives, and what a process reads of JSON.
    const double ExchangeBytesPerSecond = 150e6;

    // Recombined instructions: 606,000 of the first million were accepted, 4,227,396 of ten million.
    static readonly double Growth = Math.Log(10) / Math.Log(4_227_396.0 / 606_000);

    // Pool and CPU us per decision, measured; beyond the last, by the slope from 1,000,200 on.
    static readonly (double Pool, double Micros)[] Decisions = [(10_810, 2.75), (100_421, 8.39), (1_000_200, 19.89), (4_227_396, 53.68)];

    public double CallsPerSecond => InFlight / CallSeconds;

    public double Candidates => PromptsPerRound * CandidatesPerPrompt;

    /// <summary>Of the candidates at this size of the pool, how many are accepted.</summary>
    public static double Acceptance(double pool) =>
        Math.Min(0.85, Math.Max(pool, 1) / (Growth * 1e7 * Math.Pow(Math.Max(pool, 1) / 4_227_396, Growth)));

    public SimulatedRound Round(double pool)
    {
        var (shard, left) = (pool / Shards, Candidates * Acceptance(pool));
        return new SimulatedRound(
            PromptsPerRound / CallsPerSecond,
            Candidates * Decision(shard) / Cores,
            left * shard * SecondsPerPair,
            ((left * VerdictBytes) + (Candidates * AnswerBytes)) * Shards / ExchangeBytesPerSecond,
            Candidates * CommitSecondsPerCandidate);
    }

    public double MemoryBytes(double pool) => BaseBytes + (pool / Shards * BytesPerText);

    public double RoundBytes(double accepted) =>
        (PromptsPerRound * InstructionCallBytes) + (accepted * PoolBytes) + ((Candidates - accepted) * RejectionBytes);

    static double Decision(double pool)
    {
        var next = Math.Clamp(Array.FindIndex(Decisions, point => point.Pool >= pool), 1, Decisions.Length - 1);
        next = pool > Decisions[^1].Pool ? Decisions.Length - 1 : next;
        var ((p0, m0), (p1, m1)) = (Decisions[next - 1], Decisions[next]);
        return m1 * Math.Pow(Math.Max(pool, p0) / p1, Math.Log(m1 / m0) / Math.Log(p1 / p0)) * 1e-6;
    }
}

/// <summary>Seconds that a round takes of each resource.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SimulatedRound(double Calls, double Decide, double Measure, double Exchange, double Commit);

/// <summary>Where a run is, and for how long each resource was at work.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Snapshot(double Pool, double Candidates, double Seconds, double Bytes, double Calls, double Checks, double Commits);

/// <summary>Rounds one after another; a round's prompts wait for the pool of the round that is <see cref="SimulatedRun.RoundsInFlight"/> before it.</summary>
internal sealed class SimulatedState(SimulatedRun run)
{
    readonly Queue<(double At, double Pool)> _decided = new(Enumerable.Repeat((0.0, 0.0), run.RoundsInFlight));
    double _callsFree;
    double _checksFree;
    Snapshot _now;

    public double Pool => _now.Pool;

    public Snapshot Snapshot() => _now;

    public void Advance()
    {
        var (seen, known) = _decided.Dequeue();
        var round = run.Round(known);
        _callsFree = Math.Max(_callsFree, seen) + round.Calls;
        var answered = _callsFree + run.CallSeconds;
        var check = round.Decide + round.Measure + (round.Exchange / 2);
        _checksFree = Math.Max(_checksFree, answered) + check;

        // The committer reads what the processes wrote.
        var commit = (round.Exchange / 2) + round.Commit;
        var decided = Math.Max(_now.Seconds, _checksFree) + commit;
        var accepted = run.Candidates * SimulatedRun.Acceptance(_now.Pool);
        _now = new Snapshot(
            _now.Pool + accepted, _now.Candidates + run.Candidates, decided, _now.Bytes + run.RoundBytes(accepted), _now.Calls + round.Calls, _now.Checks + check, _now.Commits + commit);
        _decided.Enqueue((decided, _now.Pool));
    }
}
