using System.Diagnostics;
using System.Diagnostics.Metrics;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Runs;

/// <summary>
/// Traces and metrics of a run under the name "SelfInstruct", for whoever listens; nobody does unless told to. Calls
/// follow OpenTelemetry's conventions for generative AI (gen_ai.*). No prompt and no completion is in them.
/// </summary>
public static class RunTelemetry
{
    /// <summary>Of the source of traces and of the meter.</summary>
    public const string Name = "SelfInstruct";

    static readonly ActivitySource Source = new(Name);
    static readonly Meter Meter = new(Name);
    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("gen_ai.client.operation.duration", "s", "Calls, retries and waiting included.");
    static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of answered calls.");
    static readonly Counter<long> Candidates = Meter.CreateCounter<long>("selfinstruct.candidates", "{instruction}", "Proposed instructions by what became of them.");

    internal static Activity? StartRound(int round) => Source.StartActivity("round")?.SetTag("selfinstruct.round", round);

    internal static async Task<Completion> MeasureAsync(ILanguageModel model, CompletionRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var operation = request.IsMessage ? "chat" : "text_completion";
        using var span = Source.StartActivity($"{operation} {model.Id}", ActivityKind.Client);
        span?.SetTag("gen_ai.operation.name", operation).SetTag("gen_ai.request.model", model.Id).SetTag("selfinstruct.stage", request.Origin.Stage);
        var tags = new TagList { { "gen_ai.operation.name", operation }, { "gen_ai.request.model", model.Id }, { "selfinstruct.stage", request.Origin.Stage } };
        var start = time.GetTimestamp();
        try
        {
            var completion = await model.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
            span?.SetTag("gen_ai.response.finish_reasons", new[] { completion.FinishReason });
            Tokens.Record(completion.Usage.PromptTokens, [.. tags, new("gen_ai.token.type", "input")]);
            Tokens.Record(completion.Usage.CompletionTokens, [.. tags, new("gen_ai.token.type", "output")]);
            return completion;
        }
        catch (ModelException e)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            tags.Add("error.type", e.GetType().Name);
            throw;
        }
        finally
        {
            Duration.Record(time.GetElapsedTime(start).TotalSeconds, tags);
        }
    }

    internal static void CountCandidates(int accepted, IEnumerable<Rejection> rejected)
    {
        Candidates.Add(accepted, new KeyValuePair<string, object?>("selfinstruct.rule", "accepted"));
        foreach (var (rule, count) in rejected.CountBy(static rejection => rejection.Rule))
        {
            Candidates.Add(count, new KeyValuePair<string, object?>("selfinstruct.rule", rule));
        }
    }
}
