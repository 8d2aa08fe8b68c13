namespace SelfInstruct.Models.Calls;

/// <summary>
/// How many attempts may be in flight, from what became of earlier ones. Additive increase, multiplicative decrease: an
/// answer adds a little; a window of a round trip in which attempts were turned away takes a fifth to a half. A cut is on
/// trial: if the share turned away stays what it was, the number in flight is not its cause (a server busy with others
/// turns away some of any number, which plain additive increase would follow down to a handful), the cut is undone, and
/// only a larger share cuts again.
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

    const double Negligible = 0.002;

    public static LimitRule Begin(int ceiling) => new LimitRule(Math.Min(ceiling, Start), ceiling).NewWindow(TimeSpan.Zero);

    /// <summary>Until the first cut the limit doubles a round trip; afterwards it grows by a sixteenth, by 8 at most.</summary>
    bool HasBeenCut { get; init; }

    /// <summary>How long an answer takes, smoothed; zero: none came yet.</summary>
    TimeSpan RoundTrip { get; init; }

    /// <summary>Share turned away that has shown not to depend on the limit.</summary>
    double Background { get; init; }

    TimeSpan WindowStart { get; init; }

    double LimitAtStart { get; init; }

    /// <summary>Of attempts sent in this window.</summary>
    int Answered { get; init; }

    int TurnedAway { get; init; }

    /// <summary>Attempts in flight, summed over answers: not over refusals, which crowd into moments.</summary>
    long InFlightAtAnswers { get; init; }

    TimeSpan TimeOfAnswers { get; init; }

    TimeSpan TimeOfRefusals { get; init; }

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
        var grown = this with { Limit = inFlight >= 0.8 * Math.Floor(Limit) ? Grown() : Limit, RoundTrip = smoothed };
        return IsOfWindow(started)
            ? (grown with { Answered = Answered + 1, InFlightAtAnswers = InFlightAtAnswers + inFlight, TimeOfAnswers = TimeOfAnswers + took }).JudgedAtItsEnd(now)
            : grown.JudgedAtItsEnd(now);
    }

    /// <inheritdoc cref="AfterAnswer"/>
    public LimitRule AfterTurnedAway(TimeSpan started, TimeSpan now, int inFlight)
    {
        if (!IsOfWindow(started))
        {
            return JudgedAtItsEnd(now);
        }

        var counted = this with { TurnedAway = TurnedAway + 1, TimeOfRefusals = TimeOfRefusals + (now - started) };

        // One too many: until the window is judged, not that many again. Refusals come first, so that early shares compare to none but zero.
        var withoutOne = Math.Max(Math.Max(1, LimitAtStart / 2), inFlight - 1);
        return (Background == 0 ? counted with { Limit = Math.Min(Limit, withoutOne) } : counted).JudgedAtItsEnd(now);
    }

    double Grown()
    {
        var step = HasBeenCut || IsExceptional() ? Math.Min(1.0 / 16, 8 / Limit) : 1;
        return Math.Min(Ceiling, Limit + step);
    }

    /// <summary>Refusals come at once, answers a round trip later: only of attempts sent within the same time do the two compare.</summary>
    bool IsOfWindow(TimeSpan started) => started >= WindowStart && (started <= WindowStart + RoundTrip || Outcomes < FewestOutcomes);

    LimitRule JudgedAtItsEnd(TimeSpan now) =>
        Outcomes >= FewestOutcomes && now >= WindowStart + (2 * RoundTrip)
            ? Judged().NewWindow(now)
            : this;

    LimitRule NewWindow(TimeSpan now) => this with { WindowStart = now, LimitAtStart = Limit, Answered = 0, TurnedAway = 0, InFlightAtAnswers = 0, TimeOfAnswers = default, TimeOfRefusals = default };

    LimitRule Judged() => OnTrial switch
    {
        { } cut when HasNotHelped(cut) => this with { Limit = Math.Max(Limit, cut.Limit), HasBeenCut = cut.HadBeenCut, Background = (cut.Share + Share) / 2, OnTrial = null },
        _ when IsExceptional() => Reduced(),
        _ => this with { Background = SmoothedBackground(), OnTrial = null },
    };

    /// <summary>Nearer to the share before than to that of a server with a fixed number of places.</summary>
    bool HasNotHelped(Cut cut)
    {
        var expected = Math.Max(0, 1 - ((1 - cut.Share) * cut.InUse / Limit));
        return Share > (expected + cut.Share) / 2;
    }

    double SmoothedBackground() => Background + ((Share - Background) / 8) is var smoothed && smoothed > Negligible ? smoothed : 0;

    bool IsExceptional() =>
        TurnedAway > 0 && Share > Background + (Significance * Math.Sqrt(Background * (1 - Background) / Outcomes));

    LimitRule Reduced()
    {
        // Of the places in use, those that refusals took up are too many.
        var inUse = Answered > 0 ? Math.Min(Limit, (double)InFlightAtAnswers / Answered) : Limit;
        var useful = TimeOfAnswers / (TimeOfAnswers + TimeOfRefusals + TimeSpan.FromTicks(1));
        return this with
        {
            Limit = Math.Max(1, inUse * Math.Clamp(useful, 0.5, 0.8)),
            HasBeenCut = true,
            OnTrial = LimitAtStart > 1 ? new Cut(Math.Max(Limit, LimitAtStart), inUse, Share, HasBeenCut) : null,
        };
    }

    /// <summary>What was before a cut.</summary>
    sealed record Cut(double Limit, double InUse, double Share, bool HadBeenCut);
}
