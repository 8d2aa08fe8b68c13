using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.Reviews;

namespace SelfInstruct.Review;

/// <summary>What pages ask for and save, apart from HTTP: items in an annotator's own order and without models, answers with them.</summary>
/// <param name="version">Of the program; stands in every line.</param>
sealed partial class ReviewDesk(ReviewStore store, TimeProvider time, string version)
{
    const int MaxComment = 4000;
    const double MaxSeconds = 86_400;

    public static ImmutableArray<string> Filters { get; } = ["pending", "mine", "skipped", "all", "disagreements"];

    ItemSet Set => store.Set;

    /// <exception cref="RefusalException">No such filter, or not for this annotator.</exception>
    public PositionsMessage Positions(Annotator who, string filter)
    {
        if (filter == "disagreements" && !who.IsLead)
        {
            // Who knows that another thinks otherwise no longer judges alone.
            throw new RefusalException(403, "Disagreements are for the lead: the others rate without knowing of one another.");
        }

        var order = Set.Order(who.Name);
        var (states, open) = (store.StatesOf(who.Name), filter == "disagreements" ? Disagreements.Of(Set, store.Standing()).Open : []);
        Func<int, bool> passes = filter switch
        {
            "pending" => item => states[item] == ItemState.Pending,
            "mine" => item => states[item] == ItemState.Done,
            "skipped" => item => states[item] == ItemState.Skipped,
            "all" => static _ => true,
            "disagreements" => open.Contains,
            _ => throw new RefusalException(400, $"No such filter. Known: {string.Join(", ", Filters)}."),
        };
        return new PositionsMessage(filter, [.. Enumerable.Range(0, order.Length).Where(position => passes(order[position]))]);
    }

    /// <param name="position">In the annotator's order.</param>
    /// <param name="adjudicates">Shows models and what the others said.</param>
    /// <exception cref="RefusalException">There is none, or not for this annotator.</exception>
    public ItemMessage Item(Annotator who, int position, bool adjudicates)
    {
        var order = Set.Order(who.Name);
        if (position < 0 || position >= order.Length)
        {
            throw new RefusalException(404, $"There are items 0 to {order.Length - 1}.");
        }

        ThrowUnless(!adjudicates || who.IsLead, "Only the lead settles disagreements.");
        var (item, rater) = (order[position], RaterOf(who, adjudicates));
        var one = Set.Items[item];
        return new ItemMessage(
            position, Set.Handle(item), one.Id, one.Instruction, one.Input, one.Reference, store.StateOf(rater, item).ToString().ToLowerInvariant(),
            [.. Set.TextOrder(who.Name, item).Select(text => new TextMessage(Set.TextHandle(who.Name, item, text), one.Texts[text].Text, adjudicates ? one.Texts[text].Model : null))],
            [.. store.Find(rater, item).Select(line => ToMessage(who, item, line, null))],
            adjudicates ? [.. store.Standing().Where(line => Set.Find(line) == item && !line.IsAdjudicated).Select(line => ToMessage(who, item, line, line.Rater))] : null,
            store.FindEdit(item));
    }

    /// <summary>Returns when it is on the disk.</summary>
    /// <exception cref="RefusalException">It is not an answer to what the item asks.</exception>
    /// <exception cref="IOException">It cannot be saved.</exception>
    public async Task<SavedMessage> SaveAsync(Annotator who, RatingMessage message)
    {
        ThrowUnless(!message.Adjudicate || who.IsLead, "Only the lead settles disagreements.");
        var item = Set.Find(message.Item) ?? throw new RefusalException(400, "No such item. Load the page again.");
        var one = Set.Subject(item, RaterOf(who, message.Adjudicate));
        var line = new Annotation(
            one.Id, one.Rater, one.Task, First: one.First, Second: one.Second, Comment: Trimmed(message.Comment), Seconds: Seconds(message.Seconds),
            At: time.GetUtcNow(), Version: version, Key: Key(message.Key));
        await store.SaveAsync(message.Skipped is { } reason
            ? line with { Skipped = Trimmed(reason) ?? throw new RefusalException(400, "skipped is the reason; it is empty.") }
            : Answered(who, item, message, line)).ConfigureAwait(false);
        return new SavedMessage(message.Key, store.ProgressOf(who.Name));
    }

    /// <inheritdoc cref="SaveAsync(Annotator, RatingMessage)"/>
    public async Task<SavedMessage> SaveAsync(Annotator who, EditMessage message)
    {
        if (Set.Task != ReviewTask.Edit)
        {
            throw new RefusalException(400, "This review does not edit. Start it with --task edit.");
        }

        var item = Set.Find(message.Item) ?? throw new RefusalException(400, "No such item. Load the page again.");
        if (!message.Rejected && (string.IsNullOrWhiteSpace(message.Instruction) || string.IsNullOrWhiteSpace(message.Output)))
        {
            throw new RefusalException(400, "An instruction and an output are not empty. Reject the row if it has none.");
        }

        var one = Set.Items[item];
        await store.SaveAsync(new Edit(
            Key(message.Key), one.Id, one.Sha256!, who.Name, time.GetUtcNow(), message.Rejected, message.Instruction, message.Input, message.Output, message.Before,
            Trimmed(message.Comment), Seconds(message.Seconds), version)).ConfigureAwait(false);
        return new SavedMessage(message.Key, store.ProgressOf(who.Name));
    }

    public ReviewProgress Progress(Annotator who) => store.ProgressOf(who.Name);

    public LeadFigures Lead(ImmutableArray<Annotator> annotators, long seed)
    {
        var (standing, edits) = (store.Standing(), store.AllEdits());
        var (agreement, alpha) = LeadFigures.MeasureAgreement(Set.Task, standing);
        var disagreements = Disagreements.Of(Set, standing);
        return new LeadFigures(
            Set.Task.Name(), [.. annotators.Select(annotator => Figures(annotator, standing, edits))], agreement, alpha,
            QualityShares.Of(standing), LeadFigures.CountGrades(standing), LeadFigures.CountPairs(standing, seed), LeadFigures.PaperQuality,
            disagreements.Open.Count, disagreements.Settled.Count);
    }

    public ImmutableArray<Annotation> Standing() => store.Standing();

    public ImmutableArray<Edit> AllEdits() => store.AllEdits();

    AnnotatorFigures Figures(Annotator annotator, ImmutableArray<Annotation> standing, ImmutableArray<Edit> edits)
    {
        var progress = store.ProgressOf(annotator.Name);
        var (mine, edited) = (standing.Where(line => line.Rater == annotator.Name).ToList(), edits.Where(edit => edit.Author == annotator.Name).ToList());
        var seconds = mine.Select(static line => line.Seconds).Concat(edited.Select(static edit => edit.Seconds)).OfType<double>().Order().ToList();
        var figures = new AnnotatorFigures(
            annotator.Name, annotator.IsLead, progress.Done, progress.Skipped, progress.Items - progress.Done - progress.Skipped,
            seconds.Count == 0 ? null : seconds[seconds.Count / 2],
            mine.Count(static line => line.Comment is not null) + edited.Count(static edit => edit.Comment is not null));
        return Set.Task != ReviewTask.Edit ? figures : figures with
        {
            Done = edited.Select(static edit => edit.Id).Distinct().Count(),
            Changed = edited.Count(static edit => !edit.Rejected),
            Rejected = edited.Count(static edit => edit.Rejected),
        };
    }

    Annotation Answered(Annotator who, int item, RatingMessage message, Annotation line) => Set.Task switch
    {
        ReviewTask.Quality when message is { ValidTask: { } valid, InputAppropriate: { } input, OutputCorrect: { } output } =>
            line with { ValidTask = valid, InputAppropriate = input, OutputCorrect = output },
        ReviewTask.Quality => throw new RefusalException(400, "valid_task, input_appropriate and output_correct are true or false, all three."),
        ReviewTask.Rating when message.Rating is "A" or "B" or "C" or "D" => line with { Rating = message.Rating, Model = ModelOf(who, item, message.Response) },
        ReviewTask.Rating => throw new RefusalException(400, "rating is A, B, C or D."),
        ReviewTask.Pairwise => line with { Verdict = Verdict(who, item, message.Better), ShownFirst = Set.Items[item].Texts[Set.TextOrder(who.Name, item)[0]].Model },
        _ => throw new RefusalException(400, "This review takes edits at /api/edits; here it takes skips."),
    };

    string Verdict(Annotator who, int item, string? better) =>
        better == "tie" ? "tie" : ModelOf(who, item, better) == Set.Items[item].Texts[0].Model ? "first" : "second";

    string ModelOf(Annotator who, int item, string? response) =>
        Set.Items[item].Texts.Where((_, text) => Set.TextHandle(who.Name, item, text) == response).Select(static text => text.Model).FirstOrDefault()
        ?? throw new RefusalException(400, "No such response. Load the page again.");

    AnswerMessage ToMessage(Annotator who, int item, Annotation line, string? rater)
    {
        var one = Set.Items[item];
        var better = line.Verdict switch { "first" => Handle(one.Texts[0].Model), "second" => Handle(one.Texts[1].Model), var other => other };
        return new AnswerMessage(
            rater, line.Model is null ? null : Handle(line.Model), line.Rating, line.ValidTask, line.InputAppropriate, line.OutputCorrect, better, line.Skipped, line.Comment);

        string? Handle(string model) => one.Texts.Index().Where(text => text.Item.Model == model).Select(text => Set.TextHandle(who.Name, item, text.Index)).FirstOrDefault();
    }

    static string RaterOf(Annotator who, bool adjudicates) => adjudicates ? Annotation.Adjudicated + who.Name : who.Name;

    static string Key(string key) => ClientKey().IsMatch(key) ? key : throw new RefusalException(400, "key is 8 to 64 letters, digits or hyphens, made anew for each answer.");

    static double? Seconds(double? seconds) =>
        seconds is null or (>= 0 and <= MaxSeconds) ? seconds is { } some ? Math.Round(some, 1) : null : throw new RefusalException(400, "seconds is from 0 to 86,400.");

    static string? Trimmed(string? text) =>
        text is { Length: > MaxComment } ? throw new RefusalException(400, "A comment or reason has 4,000 characters at most.") : text?.Trim() is { Length: > 0 } some ? some : null;

    static void ThrowUnless(bool may, string message)
    {
        if (!may)
        {
            throw new RefusalException(403, message);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9-]{8,64}\\z")]
    private static partial Regex ClientKey();
}
