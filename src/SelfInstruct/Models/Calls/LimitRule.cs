namespace SelfInstruct.Models.Calls;

/// <summary>
/// How many attempts may be in flight, from what became of earlier ones. Additive increase, multiplicative decrease: an
/// answer adds a little, a window of one round trip with attempts turned away takes a fifth to a half. A cut is on
/// trial: if the share turned away stays what it was, the number in flight is not its cause (a server busy with others
/// turns away some of any number), the cut is undone, and only a larger share cuts again.
/// </summary>
/// <param name="Limit">At least 1, at most <paramref name="Ceiling"/>; attempts in flight are its whole part.</param>
/// <param name="Ceiling">What the user allows.</param>
readonly record struct LimitRule(double Limit, int Ceiling)
{
    const int Start = 16;

    /// <summary>A share of fewer says little.</summary>
    const int FewestOutcomes = 20;

    /// <summary>Standard deviations by which a share must exceed what is usual.</summary>
    const double Significance = 3;

    public static LimitRule Begin(int ceiling) => new(Math.Min(ceiling, Start), ceiling);

    /// <summary>Until the first cut the limit doubles a round trip; afterwards it grows by a few.</summary>
    bool HasBeenCut { get; init; }

    /// <summary>How long an answer takes, smoothed; zero: none came yet.</summary>
    TimeSpan RoundTrip { get; init; }

    /// <summary>Share turned away that has shown not to depend on the limit.</summary>
    double Background { get; init; }

    TimeSpan WindowStart { get; init; }

    /// <summary>Of attempts sent in this window.</summary>
    int Answered { get; init; }

    int TurnedAway { get; init; }

    Cut? OnTrial { get; init; }

    int Outcomes => Answered + TurnedAway;

    double Share => (double)TurnedAway / Outcomes;

    /// <param name="started">When the attempt was sent.</param>
    /// <param name="now">Both count from any one moment.</param>
    /// <param name="inFlight">Attempts when this one ended, itself included; a limit that is not used does not grow.</param>
    public LimitRule AfterAnswer(TimeSpan started, TimeSpan now, int inFlight)
    {
        var took = now - started;
        var smoothed = RoundTrip == default ? took : RoundTrip + ((took - RoundTrip) / 8);
        return (this with { Limit = inFlight >= 0.8 * Limit ? Grown() : Limit, RoundTrip = smoothed }).Counted(started, now, answered: 1, turnedAway: 0);
    }

    /// <inheritdoc cref="AfterAnswer"/>
    public LimitRule AfterTurnedAway(TimeSpan started, TimeSpan now) => Counted(started, now, answered: 0, turnedAway: 1);

    double Grown()
    {
        var step = HasBeenCut || IsExceptional() ? Math.Clamp(Limit / 32, 1, 8) / Limit : 1;
        return Math.Min(Ceiling, Limit + step);
    }

    LimitRule Counted(TimeSpan started, TimeSpan now, int answered, int turnedAway)
    {
        // Refusals come at once, answers a round trip later: only of attempts sent within the same time do the two compare.
        var isOfWindow = started >= WindowStart && (started <= WindowStart + RoundTrip || Outcomes < FewestOutcomes);
        var counted = isOfWindow ? this with { Answered = Answered + answered, TurnedAway = TurnedAway + turnedAway } : this;
        return counted.Outcomes >= FewestOutcomes && now >= WindowStart + (2 * RoundTrip) ? counted.Judged() with { WindowStart = now, Answered = 0, TurnedAway = 0 } : counted;
    }

    LimitRule Judged() => OnTrial switch
    {
        { } cut when HasNotHelped(cut) => this with { Limit = Math.Max(Limit, cut.From), HasBeenCut = cut.HadBeenCut, Background = (cut.Share + Share) / 2, OnTrial = null },
        _ when IsExceptional() => Reduced(),
        _ => this with { Background = Math.Min(Background, Background + ((Share - Background) / 4)), OnTrial = null },
    };

    /// <summary>Nearer to the share before than to that of a server with a fixed number of places.</summary>
    bool HasNotHelped(Cut cut)
    {
        var expected = Math.Max(0, 1 - ((1 - cut.Share) * cut.From / Limit));
        return Share > (expected + cut.Share) / 2;
    }

    bool IsExceptional() =>
        TurnedAway > 0 && Share > Background + (Significance * Math.Sqrt(Background * (1 - Background) / Outcomes));

    LimitRule Reduced() => this with
    {
        Limit = Math.Max(1, Limit * Math.Clamp(1 - Share, 0.5, 0.8)),
        HasBeenCut = true,
        OnTrial = Limit > 1 ? new Cut(Limit, Share, HasBeenCut) : null,
    };

    /// <summary>What was before a cut.</summary>
    sealed record Cut(double From, double Share, bool HadBeenCut);
}
