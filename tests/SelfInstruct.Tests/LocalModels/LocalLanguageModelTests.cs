using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class LocalLanguageModelTests
{
    const int Timeout = 60_000;
    const string Prompt = "The cat sat on the";

    static readonly Sampling Greedy = new(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, MaxTokens: 20, Stop: [], Seed: 1);
    static readonly Sampling Warm = Greedy with { Temperature = 1.5, TopP = 0.9, PresencePenalty = 0.5, FrequencyPenalty = 0.1 };
    static readonly ModelFile Tiny = InferenceModels.Random();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Greedy_text_is_that_of_the_slow_twin()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);

        var completion = await model.CompleteAsync(new(Prompt, Greedy), Token);

        var tokenizer = new BytePairTokenizer(Tiny.Vocabulary);
        List<int> tokens = [tokenizer.EndOfText, .. tokenizer.Encode(Prompt)];
        var start = tokens.Count;
        for (var i = 0; i < 20; i++)
        {
            var logits = InferenceTwin.Logits(Tiny.Weights, tokens);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        Assert.DoesNotContain(tokenizer.EndOfText, tokens.Skip(1));
        Assert.Equal(tokenizer.Decode([.. tokens.Skip(start)]), completion.Text);
        Assert.Equal("length", completion.FinishReason);
        Assert.Equal(new(model.CountTokens(Prompt), 20), completion.Usage);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_completion_is_the_same_alone_and_among_31_others(int threads)
    {
        // Prompts share their beginning, so that pages of others are read too.
        var demonstrations = string.Concat(Enumerable.Repeat("Task 1: name three cats.\n\n", 5));
        var requests = Enumerable.Range(0, 32)
            .Select(i => new CompletionRequest(demonstrations[..(i % 3 * 40)] + Prompt[..(1 + (i % 18))], Warm with { Seed = i, MaxTokens = 5 + i }))
            .ToArray();

        using var busy = new LocalLanguageModel(Tiny, "local/busy", threads);
        var together = await Task.WhenAll(requests.Select(request => busy.CompleteAsync(request, Token)));

        Assert.True(together.Select(c => c.Text).Distinct().Count() > 25);
        foreach (var (request, completion) in requests.Zip(together).Where((_, i) => i % 5 == 0))
        {
            using var alone = new LocalLanguageModel(Tiny, "local/alone", threads: 1);
            Assert.Equal(completion, await alone.CompleteAsync(request, Token));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_prompt_asked_again_reads_what_is_kept_and_says_the_same()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        var request = new CompletionRequest(string.Concat(Enumerable.Repeat("the cat's hat ", 20)), Warm);

        Assert.Equal(await model.CompleteAsync(request, Token), await model.CompleteAsync(request, Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task Pages_are_taken_over_only_after_the_same_beginning()
    {
        // One character is one token here; with the document start before it a page is 31 of them, then 32.
        string[] starts = [new('=', 31), new('+', 31)];
        string[] ends = [new('#', 32), new('%', 32)];
        string[] prompts = [.. starts.SelectMany(start => ends.Select(end => start + end))];
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        Assert.All(prompts, prompt => Assert.Equal(63, model.CountTokens(prompt)));

        foreach (var prompt in prompts.Concat(prompts).Append(prompts[0] + "a"))
        {
            using var fresh = new LocalLanguageModel(Tiny, "local/fresh", threads: 1);
            Assert.Equal(await fresh.CompleteAsync(new(prompt, Warm), Token), await model.CompleteAsync(new(prompt, Warm), Token));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Another_seed_gives_another_completion()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);

        var first = await model.CompleteAsync(new(Prompt, Warm), Token);
        var second = await model.CompleteAsync(new(Prompt, Warm with { Seed = 2 }), Token);

        Assert.NotEqual(first.Text, second.Text);
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_strings_end_the_completion_wherever_tokens_end()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        var whole = (await model.CompleteAsync(new(Prompt, Warm with { MaxTokens = 60 }), Token)).Text;

        foreach (var start in Enumerable.Range(1, whole.Length - 4))
        {
            var stop = whole.Substring(start, 3);
            var cut = await model.CompleteAsync(new(Prompt, Warm with { MaxTokens = 60, Stop = [stop] }), Token);

            Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
            Assert.Equal("stop", cut.FinishReason);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task End_of_text_ends_the_completion_and_is_no_part_of_it()
    {
        // Without a final norm all logits are 0: greedy takes token 0, here end-of-text; warm draws it sooner or later.
        var even = InferenceModels.Random();
        Array.Clear(even.Weights.FinalNorm);
        var vocabulary = even.Vocabulary with { Tokens = [even.Vocabulary.Tokens[^1], .. even.Vocabulary.Tokens[..^1]], EndOfText = 0, StartOfText = 0 };
        using var model = new LocalLanguageModel(even with { Vocabulary = vocabulary }, "local/even", threads: 1);

        var nothing = await model.CompleteAsync(new(Prompt, Greedy), Token);
        var drawn = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => model.CompleteAsync(new(Prompt, Greedy with { Temperature = 1, MaxTokens = 1000, Seed = i }), Token)));

        Assert.Equal(new("", "stop", new(model.CountTokens(Prompt), 1)), nothing);
        Assert.Contains(drawn, completion => completion.FinishReason == "stop" && completion.Usage.CompletionTokens > 1);
        Assert.All(drawn, completion => Assert.DoesNotContain("endoftext", completion.Text, StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_completion_may_fill_the_context_to_the_last_token()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        var prompt = string.Concat(Enumerable.Repeat("=", Tiny.Config.ContextLength - 7));
        var count = model.CountTokens(prompt);

        var completion = await model.CompleteAsync(new(prompt, Warm with { MaxTokens = 1000 }), Token);

        Assert.Equal("length", completion.FinishReason);
        Assert.Equal(Tiny.Config.ContextLength - count, completion.Usage.CompletionTokens);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_prompt_that_leaves_no_room_is_refused_with_the_figures()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);

        var error = await Assert.ThrowsAsync<ModelException>(() => model.CompleteAsync(new(new string('1', 160), Greedy), Token));
        var last = await model.CompleteAsync(new(new string('1', 159), Greedy), Token);

        Assert.Contains("160 tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, last.Usage.CompletionTokens);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_cancelled_completion_leaves_and_the_others_go_on()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        using var cancellation = new CancellationTokenSource();
        var others = Enumerable.Range(0, 70).Select(i => model.CompleteAsync(new(Prompt, Warm with { Seed = i, MaxTokens = 100 }), Token)).ToArray();
        var cancelled = Enumerable.Range(0, 20).Select(i => model.CompleteAsync(new(Prompt, Warm with { Seed = i, MaxTokens = 140 }), cancellation.Token)).ToArray();

        await cancellation.CancelAsync();

        foreach (var one in cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        Assert.All(await Task.WhenAll(others), completion => Assert.InRange(completion.Usage.CompletionTokens, 1, 100));
    }

    [Fact(Timeout = Timeout)]
    public async Task Disposing_ends_what_is_in_flight()
    {
        var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 2);
        var inFlight = Enumerable.Range(0, 200).Select(i => model.CompleteAsync(new(Prompt, Warm with { Seed = i, MaxTokens = 140 }), Token)).ToArray();

        model.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Task.WhenAll(inFlight));
        Assert.All(inFlight, task => Assert.True(task.IsCompleted));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.CompleteAsync(new(Prompt, Warm), Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task Broken_weights_fail_the_completion_and_not_the_process()
    {
        var broken = InferenceModels.Random();
        Array.Fill(broken.Weights.FinalNorm, float.NaN);
        using var model = new LocalLanguageModel(broken, "local/broken", threads: 1);

        await Assert.ThrowsAsync<ModelException>(() => model.CompleteAsync(new(Prompt, Greedy), Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task Settings_out_of_range_are_refused()
    {
        using var model = new LocalLanguageModel(Tiny, "local/tiny", threads: 1);
        Sampling[] wrong =
        [
            Greedy with { Temperature = -1 }, Greedy with { TopP = 0 }, Greedy with { TopP = 1.1 }, Greedy with { MaxTokens = 0 },
            Greedy with { Stop = [""] }, Greedy with { PresencePenalty = double.NaN },
        ];

        foreach (var sampling in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => model.CompleteAsync(new(Prompt, sampling), Token));
        }
    }

    [Fact]
    public void A_vocabulary_of_another_size_is_refused()
    {
        var other = Tiny with { Vocabulary = BytePairTraining.Train([], 257, Token) };

        var error = Assert.Throws<InvalidDataException>(() => new LocalLanguageModel(other, "local/other"));

        Assert.Contains("257", error.Message, StringComparison.Ordinal);
    }
}
