using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Serving.Answers;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving;

/// <summary>Answers POST requests for completions: whole, or as a stream of server-sent events.</summary>
/// <param name="served">The model.</param>
/// <param name="admission">Places.</param>
/// <param name="counts">Told of what happens.</param>
/// <param name="time">Stamps answers.</param>
sealed class CompletionsEndpoint(ServedModel served, Admission admission, ServingCounts counts, TimeProvider time)
{
    /// <param name="context">Of the request; nothing is answered yet.</param>
    /// <param name="read">Fields, all but the model, to a request.</param>
    /// <param name="form">How to write.</param>
    /// <exception cref="RefusalException">It is not answered.</exception>
    public async Task AnswerAsync(HttpContext context, Func<RequestFields, ServedRequest> read, IAnswerForm form)
    {
        var cancellationToken = context.RequestAborted;
        counts.Ask();
        var request = await ReadAsync(context, read, cancellationToken).ConfigureAwait(false);
        using var places = admission.Enter(request.Completions.Length);
        await using var run = new CompletionRun(served.Model, request.Completions, counts, cancellationToken);
        var head = new AnswerHead(form.IdPrefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), time.GetUtcNow().ToUnixTimeSeconds(), served.Name, served.Fingerprint);
        await (request.Streams ? StreamAsync(context, request, run, form, head, cancellationToken) : AnswerWholeAsync(context, request, run, form, head, cancellationToken)).ConfigureAwait(false);
    }

    async Task<ServedRequest> ReadAsync(HttpContext context, Func<RequestFields, ServedRequest> read, CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
        {
            // Also keeps web pages of elsewhere from asking: a browser sends them JSON only after permission.
            throw new RefusalException(415, "The body must be JSON, with the header Content-Type: application/json.");
        }

        var request = await ReadFieldsAsync(context.Request.Body, read, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < request.Completions.Length; i += request.ChoicesPerPrompt)
        {
            served.Check(request.Completions[i]);
        }

        return request;
    }

    async Task<ServedRequest> ReadFieldsAsync(Stream body, Func<RequestFields, ServedRequest> read, CancellationToken cancellationToken)
    {
        using var fields = await RequestFields.ReadAsync(body, cancellationToken).ConfigureAwait(false);
        try
        {
            fields.Collect();
            served.ThrowUnlessNamed(fields.TakeText("model"));
            return read(fields);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, found only where a name or text is looked at.
            throw new RefusalException(400, "The body of the request has text that is not valid Unicode.", code: "invalid_json");
        }
    }

    async Task AnswerWholeAsync(HttpContext context, ServedRequest request, CompletionRun run, IAnswerForm form, AnswerHead head, CancellationToken cancellationToken)
    {
        var ends = new LocalCompletion[request.Completions.Length];
        await foreach (var happened in run.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ends[happened.Index] = happened.End ?? ends[happened.Index];
        }

        ImmutableArray<FinishedChoice> choices = [.. ends.Select((end, i) => Finish(end, request.Completions[i]))];
        var body = form.Whole(head, choices, Count(request, ends));
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    FinishedChoice Finish(LocalCompletion end, LocalRequest request)
    {
        var text = end.Completion.Text;
        return new FinishedChoice(
            text, end.Completion.FinishReason, new ChoiceTokens(served.Model.Tokenizer).Take(end.Tokens, text.Length), request.LogProbabilities is not null);
    }

    async Task StreamAsync(HttpContext context, ServedRequest request, CompletionRun run, IAnswerForm form, AnswerHead head, CancellationToken cancellationToken)
    {
        var stream = new EventStream(context.Response);
        var ends = new LocalCompletion[request.Completions.Length];
        ChoiceStream[] choices = [.. request.Completions.Select((one, i) => new ChoiceStream(form, head, i, one.LogProbabilities is null ? null : new ChoiceTokens(served.Model.Tokenizer)))];
        try
        {
            await foreach (var happened in run.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                ends[happened.Index] = happened.End ?? ends[happened.Index];
                foreach (var line in choices[happened.Index].Write(happened))
                {
                    await stream.SendAsync(line, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException && context.Response.HasStarted)
        {
            // The status is sent; what is left is to say it in the stream.
            counts.Fail();
            await stream.SendAsync(ErrorAnswers.Write(ErrorAnswers.Internal), cancellationToken).ConfigureAwait(false);
            return;
        }

        var usage = Count(request, ends);
        if (request.IncludesUsage)
        {
            await stream.SendAsync(form.Usage(head, usage), cancellationToken).ConfigureAwait(false);
        }

        await stream.SendAsync("[DONE]"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A prompt counts once, however many choices it has.</summary>
    AnswerUsage Count(ServedRequest request, LocalCompletion[] ends)
    {
        var prompt = ends.Where((_, i) => i % request.ChoicesPerPrompt == 0).Sum(static end => end.Completion.Usage.PromptTokens);
        var completion = ends.Sum(static end => end.Completion.Usage.CompletionTokens);
        counts.Complete(ends.Length, prompt);
        return new AnswerUsage(prompt, completion, prompt + completion);
    }
}
