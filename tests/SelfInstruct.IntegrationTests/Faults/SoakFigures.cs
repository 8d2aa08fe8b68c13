namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>What a soak did, as the table of docs/reliability.md.</summary>
sealed class SoakFigures
{
    readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);

    public double Minutes { get; set; }

    public int Runs { get; set; }

    public int Lives { get; set; }

    public int Kills { get; set; }

    public int Stops { get; set; }

    public int FullDisks { get; set; }

    public int SlowDisks { get; set; }

    public int ClockJumps { get; set; }

    public long Accepted { get; set; }

    int Answers { get; set; }

    int AnsweredAgain { get; set; }

    public void Add(FailingProvider provider)
    {
        Answers += provider.Answers;
        AnsweredAgain += provider.AnsweredAgain;
        foreach (var (kind, count) in provider.Failures)
        {
            _failures[kind] = _failures.GetValueOrDefault(kind) + count;
        }
    }

    public override string ToString() => FormattableString.Invariant($"""
        | minutes | {Minutes:F1} |
        | runs, each equal to its undisturbed twin | {Runs} |
        | processes | {Lives} |
        | kill -9 | {Kills} |
        | stopped and continued (SIGSTOP) | {Stops} |
        | disk full | {FullDisks} |
        | disk slow | {SlowDisks} |
        | wall clock set | {ClockJumps} |
        | faults of the provider: {string.Join(", ", _failures.Select(static pair => $"{pair.Key} {pair.Value}"))} | {_failures.Values.Sum()} |
        | accepted instructions looked for after a disturbance | {Accepted} |
        | answers sent whole by the provider | {Answers} |
        | of these for a request answered before, lost on the way to the log | {AnsweredAgain} |

        """);
}
