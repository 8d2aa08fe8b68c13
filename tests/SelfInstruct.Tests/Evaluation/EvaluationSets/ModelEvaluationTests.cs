using System.Collections.Concurrent;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.EvaluationSets;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Evaluation.EvaluationSets;

public sealed class ModelEvaluationTests : IDisposable
{
    static readonly EvaluationItem[] Items = [.. Enumerable.Range(0, 20).Select(static i => new EvaluationItem($"id-{i}", "t", "c", "Count.", $"{i}", [$"{i + 1}", "x"], [new Instance("7", "8")]))];

    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 30_000)]
    public async Task Answers_come_in_order_whatever_the_concurrency()
    {
        var lines = await AnswerAsync(new ScriptedModel(static request => request.Prompt) { MaxConcurrency = 7 }, new EvaluationOptions(PromptEncoding.Plain));
        Assert.Equal(Items.Select(static item => item.Id), lines.Select(static line => line.Id));
        Assert.All(lines, static line => Assert.Equal(line.Prompt, line.Response));
        Assert.Equal(("0", "1", "Count.", "c"), (lines[0].Input, lines[0].Target, lines[0].Instruction, lines[0].Category));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_base_model_is_asked_greedily_and_without_stops_as_in_the_paper()
    {
        var request = await FirstRequestAsync(isChat: false, examples: 0);
        Assert.Equal((0.0, 1.0, 0.0, 0.0, 64, false), (request.Sampling.Temperature, request.Sampling.TopP, request.Sampling.FrequencyPenalty, request.Sampling.PresencePenalty, request.Sampling.MaxTokens, request.IsMessage));
        Assert.Empty(request.Sampling.Stop);
        Assert.EndsWith("\nOutput:", request.Prompt, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_examples_a_base_model_stops_before_it_invents_another() =>
        Assert.Contains("Positive Example", (await FirstRequestAsync(isChat: false, examples: 1)).Sampling.Stop);

    [Fact(Timeout = 30_000)]
    public async Task A_chat_model_gets_the_prompt_as_message_and_no_stops()
    {
        var request = await FirstRequestAsync(isChat: true, examples: 1);
        Assert.True(request.IsMessage);
        Assert.Empty(request.Sampling.Stop);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_answered_before_is_not_asked_again()
    {
        var asked = 0;
        var model = new ScriptedModel(request => ++asked <= 9 ? request.Prompt : throw new ModelException("down"));
        await Assert.ThrowsAsync<ModelException>(() => AnswerAsync(model, new EvaluationOptions(PromptEncoding.Plain)));
        Assert.Equal(10, asked);
        var lines = await AnswerAsync(new ScriptedModel(request =>
        {
            asked++;
            return request.Prompt;
        }), new EvaluationOptions(PromptEncoding.Plain));
        Assert.Equal(10 + 11, asked);
        Assert.Equal(20, lines.Count);
    }

    public void Dispose() => _folder.Dispose();

    async Task<CompletionRequest> FirstRequestAsync(bool isChat, int examples)
    {
        ConcurrentQueue<CompletionRequest> requests = [];
        var model = new ScriptedModel(request =>
        {
            requests.Enqueue(request);
            return "";
        })
        { IsChat = isChat };
        await AnswerAsync(model, new EvaluationOptions(PromptEncoding.TkInstruct, examples, MaxTokens: 64));
        return requests.First();
    }

    async Task<List<PredictionLine>> AnswerAsync(ILanguageModel model, EvaluationOptions options)
    {
        await using var log = await new EvaluationFolder(_folder.In("e")).OpenCompletionsAsync(model, TimeProvider.System, null, CancellationToken.None);
        List<PredictionLine> lines = [];
        await foreach (var line in ModelEvaluation.AnswerAsync([.. Items], ModelEvaluation.Fit(Items, options, model), options, log, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        return lines;
    }
}
