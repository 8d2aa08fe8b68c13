using System.Diagnostics;
using System.Net;
using SelfInstruct.Models;
using SelfInstruct.Prompts;

namespace SelfInstruct.Cli;

/// <param name="Name">Of what was looked at.</param>
/// <param name="Detail">What was found, in a sentence; with the remedy where it is not well.</param>
sealed record Check(string Name, bool Ok, string Detail);

/// <summary>One question to a model, and what its answer tells: one check for each thing.</summary>
sealed record ModelExamination(ModelSelection Selection)
{
    const int MaxTokens = 64;
    const int ShownModels = 8;
    const int ShownText = 80;

    /// <summary>Counting shows whether a stop string ends an answer: 6 comes, 7 does not.</summary>
    const string Stop = "\n7";

    static readonly Sampling Sampling = new(0.7, 0.9, 0, 0, MaxTokens, [Stop], 1);

    public async Task<IReadOnlyList<Check>> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var server = Selection.FindServer();
            var model = Selection.Open(0, time);
            using var opened = model as IDisposable;
            return server is null ? [await AskLocalAsync(model, cancellationToken).ConfigureAwait(false)] : await AskServerAsync(model, server, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ModelException or InvalidDataException)
        {
            return [new Check("model", false, e.Message)];
        }
    }

    static async Task<Check> AskLocalAsync(ILanguageModel model, CancellationToken cancellationToken)
    {
        var prompt = PromptTemplate.Load("instructions", null).Header + "\n1. Name a color.\n2.";
        var completion = await model.CompleteAsync(new CompletionRequest(prompt, new Sampling(0, 1, 0, 0, 16, ["\n"], 1)), cancellationToken).ConfigureAwait(false);
        return new Check("model", true, $"{model.Id} (context {model.ContextLength:N0} tokens) answers a short list with \"{completion.Text.Trim()}\".");
    }

    async Task<IReadOnlyList<Check>> AskServerAsync(ILanguageModel model, ModelServer server, CancellationToken cancellationToken)
    {
        var request = model.IsChat
            ? new CompletionRequest("Count from 1 to 12, one number a line, and write nothing else.", Sampling) { IsMessage = true }
            : new CompletionRequest("Numbers, one a line:\n1\n2\n3\n", Sampling);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var completion = await model.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return [.. Describe(model, server, completion, seconds), await CheckContextAsync(model, server, cancellationToken).ConfigureAwait(false)];
        }
        catch (RefusedException e)
        {
            return await ExplainAsync(e, model, server, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelException e)
        {
            return [new Check("reachable", false, e.Message)];
        }
    }

    static IEnumerable<Check> Describe(ILanguageModel model, ModelServer server, Completion completion, double seconds)
    {
        var quirks = Quirk.All.Where(quirk => (model as ILearnsQuirks)?.Quirks.Contains(quirk.Name) == true).ToList();
        yield return new Check("reachable", true, $"{server.Address} answers.");
        yield return DescribeKey(server);
        yield return DescribeText(model, completion);
        yield return new Check("kind", true, model.IsChat
            ? "It is asked as a chat model; profile modern is the default."
            : "It is asked as a base model, which continues text; profile paper is the default.");
        yield return quirks.Contains(Quirk.NoUsage)
            ? new Check("usage", true, "The server does not say how many tokens it used; they are estimated, rather too high.")
            : new Check("usage", true, $"The server reports usage: {completion.Usage.PromptTokens} prompt and {completion.Usage.CompletionTokens} completion tokens.");
        yield return DescribeStop(completion, quirks);
        yield return new Check("seed", true, quirks.Contains(Quirk.NoSeed)
            ? "The server takes no seed: the same request may be answered otherwise another time. What is answered is kept, so a run is not affected."
            : "The server accepts a seed; whether it keeps to it, one call cannot tell.");
        yield return new Check("quirks", true, quirks is [] ? "None were met." : $"The model {string.Join("; it ", quirks.Select(static quirk => $"{quirk.Meaning} ({quirk.Name})"))}.");
        yield return new Check("latency", true, $"The answer came after {seconds:0.00} s, calls repeated for a quirk included.");
    }

    static Check DescribeKey(ModelServer server) =>
        new("key", true, server.Credentials.HasKey ? $"The key in {server.Credentials.Variable} is accepted, or not asked for." : "The server asks for no key.");

    static Check DescribeText(ILanguageModel model, Completion completion) => completion switch
    {
        { FinishReason: Completion.ContentFilter } => new Check("model", false, $"{model.Id} answers, but the provider's content filter kept back a request to count. Look at its filter's settings."),
        { Text: "", FinishReason: "length" } => new Check("model", false, $"{model.Id} answers, but wrote no text within {MaxTokens} tokens: a model that reasons needs more. Raise instructions.max_tokens, classification.max_tokens and instances.max_tokens."),
        { Text: "" } => new Check("model", false, $"{model.Id} answers without text ({completion.FinishReason})."),
        _ => new Check("model", true, $"{model.Id} is known, and counts: \"{Shorten(completion.Text)}\"."),
    };

    static Check DescribeStop(Completion completion, List<Quirk> quirks)
    {
        var applied = quirks.Find(static quirk => quirk == Quirk.IgnoresStops || quirk == Quirk.NoStop);
        return new Check("stop strings", true, applied is not null
            ? $"The server {(applied == Quirk.NoStop ? "takes no" : "ignores")} stop strings; its answers are cut here, and what comes after a stop string is paid for."
            : completion is { FinishReason: "stop" } && completion.Text.TrimEnd().EndsWith('6')
                ? "The server ends an answer at a stop string."
                : "They are accepted; the answer did not come to the one that was sent.");
    }

    async Task<Check> CheckContextAsync(ILanguageModel model, ModelServer server, CancellationToken cancellationToken)
    {
        var name = Selection.Options.Model.Split(':', 2)[1];
        var used = $"a run uses {model.ContextLength:N0} (--context-length).";
        var isOllama = server.Show is not null;
        var told = isOllama
            ? await ModelListing.FindOllamaContextAsync(server.Show!, name, cancellationToken).ConfigureAwait(false)
            : (await ModelListing.FindAsync(server.Listing, server.Credentials, cancellationToken).ConfigureAwait(false)).FirstOrDefault(one => one.Id == name)?.FindContextLength();
        return told is null ? new Check("context", true, $"The server does not tell how many tokens of context the model has; {used}")
            : told < model.ContextLength ? new Check("context", false, $"The server tells a context of {told:N0} tokens; {used} Give --context-length {told}.")
            : isOllama ? new Check("context", true, $"The model was trained with a context of {told:N0} tokens; {used} Ollama gives a model what num_ctx or OLLAMA_CONTEXT_LENGTH says, and cuts longer prompts without a word.")
            : new Check("context", true, $"The server tells a context of {told:N0} tokens; {used}");
    }

    /// <summary>The first thing that is wrong; what comes after it could not be seen.</summary>
    static async Task<IReadOnlyList<Check>> ExplainAsync(RefusedException refusal, ILanguageModel model, ModelServer server, CancellationToken cancellationToken)
    {
        var reachable = new Check("reachable", true, $"{server.Address} answers.");
        if (refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return [reachable, new Check("key", false, refusal.Message)];
        }

        var listed = await ModelListing.FindAsync(server.Listing, server.Credentials, cancellationToken).ConfigureAwait(false);
        var names = listed.Select(static one => one.Id).OfType<string>().ToList();
        var hint = names is [] ? ""
            : $" The server lists {names.Count:N0} models: {string.Join(", ", names.Take(ShownModels).Select(Shorten))}{(names.Count > ShownModels ? ", …" : "")}.";
        return
        [
            reachable,
            new Check("key", (int)refusal.Status is >= 400 and < 500, (int)refusal.Status < 500 ? DescribeKey(server).Detail : "The server failed before it said anything of a key."),
            new Check("model", false, $"{model.Id} is not answered for. {refusal.Message}{hint}"),
        ];
    }

    /// <summary>One line, and nothing in it that a terminal obeys.</summary>
    static string Shorten(string text)
    {
        var line = string.Concat(text.Trim().Select(static c => char.IsControl(c) ? ' ' : c));
        return line.Length <= ShownText ? line : line[..ShownText] + "…";
    }
}
