using System.Text;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;
using SelfInstruct.Serving;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Tests.Serving;

/// <summary>Fields and their ranges are those of OpenAI's reference for its two endpoints.</summary>
public sealed class RequestReadingTests
{
    static readonly ServingOptions Limits = new() { MaxChoices = 4 };

    [Fact]
    public async Task What_a_request_does_not_say_is_OpenAI_s_default()
    {
        var text = Assert.Single((await TextAsync("""{"prompt":"a"}""")).Completions);
        Assert.Equal(("a", 1.0, 1.0, 16, 7L), (text.Prompt, text.Sampling.Temperature, text.Sampling.TopP, text.Sampling.MaxTokens, text.Sampling.Seed));
        Assert.Equal((0, 0.0, 1.0, null), (text.TopK, text.MinP, text.RepetitionPenalty, text.LogProbabilities));
        Assert.Equal(1000, Assert.Single((await ChatAsync("""{"messages":[{"role":"user","content":"a"}]}""")).Completions).Sampling.MaxTokens);
    }

    [Fact]
    public async Task Every_setting_reaches_the_model()
    {
        var request = await TextAsync(
            """
            {"prompt":"a","temperature":0.5,"top_p":0.25,"frequency_penalty":-1,"presence_penalty":2,"max_tokens":9,"stop":["x","y"],"seed":-3,
             "top_k":5,"min_p":0.125,"repetition_penalty":1.5,"logprobs":2,"stream":true,"stream_options":{"include_usage":true}}
            """);
        var one = Assert.Single(request.Completions);
        Assert.Equal(new Sampling(0.5, 0.25, -1, 2, 9, one.Sampling.Stop, -3), one.Sampling);
        Assert.Equal(["x", "y"], one.Sampling.Stop);
        Assert.Equal((5, 0.125, 1.5, 2, true, true), (one.TopK, one.MinP, one.RepetitionPenalty, one.LogProbabilities, request.Streams, request.IncludesUsage));
    }

    [Fact]
    public async Task Prompts_and_choices_come_in_order_with_a_seed_for_each_choice()
    {
        var request = await TextAsync("""{"prompt":["a",[1,2]],"n":2,"seed":5}""");
        Assert.Equal([("a", 5L), ("a", 6), ("", 5), ("", 6)], request.Completions.Select(static one => (one.Prompt, one.Sampling.Seed)));
        Assert.Equal([1, 2], request.Completions[3].PromptTokens);
        Assert.Equal(2, request.ChoicesPerPrompt);
        Assert.Equal([3, 4], Assert.Single((await TextAsync("""{"prompt":[3,4]}""")).Completions).PromptTokens);
    }

    [Fact]
    public async Task Messages_are_texts_or_parts_of_text()
    {
        var request = await ChatAsync(
            """
            {"messages":[{"role":"developer","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
             {"role":"assistant","content":"c","refusal":null,"tool_calls":[]},{"role":"user","content":"d"}],"logprobs":true,"top_logprobs":3}
            """);
        var one = Assert.Single(request.Completions);
        Assert.Equal([new ChatTurn("system", "s"), new("user", "a\nb"), new("assistant", "c"), new("user", "d")], one.Turns);
        Assert.Equal(3, one.LogProbabilities);
    }

    [Theory]
    [InlineData("""{"user":"u","metadata":{"a":"b"},"store":true,"service_tier":"auto"}""")]
    [InlineData("""{"best_of":1,"echo":false,"suffix":"","logit_bias":{},"tools":[],"tool_choice":"none","response_format":{"type":"text"}}""")]
    [InlineData("""{"temperature":null,"tools":null,"nonsense":null}""")]
    public async Task What_cannot_change_the_answer_is_accepted(string more) =>
        Assert.Single((await TextAsync("""{"prompt":"a",""" + more[1..])).Completions);

    [Theory]
    [InlineData("""{"best_of":2}""", "best_of", "unsupported_parameter")]
    [InlineData("""{"echo":true}""", "echo", "unsupported_parameter")]
    [InlineData("""{"suffix":"z"}""", "suffix", "unsupported_parameter")]
    [InlineData("""{"logit_bias":{"5":1}}""", "logit_bias", "unsupported_parameter")]
    [InlineData("""{"tools":[{}]}""", "tools", "unsupported_parameter")]
    [InlineData("""{"response_format":{"type":"json_schema"}}""", "response_format", "unsupported_parameter")]
    [InlineData("""{"reasoning_effort":"low"}""", "reasoning_effort", "unsupported_parameter")]
    [InlineData("""{"temprature":1}""", "temprature", "unknown_parameter")]
    [InlineData("""{"temperature":2.1}""", "temperature", "invalid_value")]
    [InlineData("""{"temperature":"1"}""", "temperature", "invalid_value")]
    [InlineData("""{"temperature":1e400}""", "temperature", "invalid_value")]
    [InlineData("""{"top_p":-0.1}""", "top_p", "invalid_value")]
    [InlineData("""{"presence_penalty":3}""", "presence_penalty", "invalid_value")]
    [InlineData("""{"max_tokens":0}""", "max_tokens", "invalid_value")]
    [InlineData("""{"max_tokens":1.5}""", "max_tokens", "invalid_value")]
    [InlineData("""{"max_tokens":5,"max_completion_tokens":6}""", "max_tokens", "invalid_value")]
    [InlineData("""{"n":0}""", "n", "invalid_value")]
    [InlineData("""{"n":5}""", "n", "invalid_value")]
    [InlineData("""{"seed":1e30}""", "seed", "invalid_value")]
    [InlineData("""{"stop":["a","b","c","d","e"]}""", "stop", "array_above_max_length")]
    [InlineData("""{"stop":""}""", "stop", "invalid_value")]
    [InlineData("""{"stop":["a",1]}""", "stop[1]", "invalid_value")]
    [InlineData("""{"logprobs":6}""", "logprobs", "invalid_value")]
    [InlineData("""{"min_p":1}""", "min_p", "invalid_value")]
    [InlineData("""{"stream":"yes"}""", "stream", "invalid_value")]
    [InlineData("""{"stream_options":{"include_usage":true}}""", "stream_options", "invalid_value")]
    [InlineData("""{"stream":true,"stream_options":{"x":1}}""", "stream_options.x", "unsupported_parameter")]
    [InlineData("""{"temperature":1,"temperature":0}""", "temperature", "invalid_value")]
    public async Task What_cannot_be_done_is_refused_by_name(string more, string param, string code)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => TextAsync("""{"prompt":"a",""" + more[1..]));
        Assert.Equal((400, param, code), (refusal.Status, refusal.Param, refusal.Code));
        Assert.Contains(param, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "prompt")]
    [InlineData("""{"prompt":[]}""", "prompt")]
    [InlineData("""{"prompt":{"a":1}}""", "prompt")]
    [InlineData("""{"prompt":["a",5]}""", "prompt[1]")]
    [InlineData("""{"prompt":[1,"a"]}""", "prompt")]
    [InlineData("""{"prompt":[[]]}""", "prompt[0]")]
    [InlineData("""{"prompt":"\ud800"}""", "prompt")]
    public async Task A_prompt_that_is_none_is_refused_by_its_place(string body, string param) =>
        Assert.Equal(param, (await Assert.ThrowsAsync<RefusalException>(() => TextAsync(body))).Param);

    [Fact]
    public async Task More_completions_than_the_server_ever_holds_are_refused_before_they_are_taken_apart()
    {
        var many = string.Join(',', Enumerable.Repeat("\"a\"", Limits.MaxQueue));
        Assert.Equal(Limits.MaxQueue, (await TextAsync($$"""{"prompt":[{{many}}]}""")).Completions.Length);
        Assert.Equal("n", (await Assert.ThrowsAsync<RefusalException>(() => TextAsync($$"""{"prompt":[{{many}}],"n":2}"""))).Param);
        Assert.Equal("prompt", (await Assert.ThrowsAsync<RefusalException>(() => TextAsync($$"""{"prompt":[{{many}},5]}"""))).Param);
    }

    [Theory]
    [InlineData("""[]""", "messages")]
    [InlineData("""[5]""", "messages[0]")]
    [InlineData("""[{"content":"a"}]""", "messages[0].role")]
    [InlineData("""[{"role":"user"}]""", "messages[0].content")]
    [InlineData("""[{"role":"user","content":null}]""", "messages[0].content")]
    [InlineData("""[{"role":"tool","content":"a"}]""", "messages[0].role")]
    [InlineData("""[{"role":"user","content":"a","name":"n"}]""", "messages[0].name")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]""", "messages[0].content[0]")]
    public async Task A_message_that_is_none_is_refused_by_its_place(string messages, string param) =>
        Assert.Equal(param, (await Assert.ThrowsAsync<RefusalException>(() => ChatAsync($$"""{"messages":{{messages}}}"""))).Param);

    /// <summary>Our own backend must learn from it, as from OpenAI's words.</summary>
    [Theory]
    [InlineData("""{"stop":["a","b","c","d","e"]}""", "at_most_4_stops")]
    [InlineData("""{"unknown_field":1}""", null)]
    public async Task Refusals_have_words_that_clients_know(string more, string? quirk)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => TextAsync("""{"prompt":"a",""" + more[1..]));
        var body = Encoding.UTF8.GetString(SelfInstruct.Serving.Answers.ErrorAnswers.Write(refusal));
        Assert.Equal(quirk, RefusalReading.FindQuirks(System.Net.HttpStatusCode.BadRequest, body).Select(static one => one.Name).FirstOrDefault());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"prompt":"a"} x""")]
    [InlineData("""{"\ud800":1,"prompt":"a"}""")]
    public async Task What_is_no_JSON_object_is_refused(string body)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => TextAsync(body));
        Assert.True(failure is RefusalException { Status: 400, Code: "invalid_json" } or InvalidOperationException, failure.Message);
    }

    static Task<ServedRequest> TextAsync(string body) => ReadAsync(body, static fields => TextRequest.Read(fields, Limits, static () => 7));

    static Task<ServedRequest> ChatAsync(string body) => ReadAsync(body, static fields => ChatRequest.Read(fields, 1000, Limits, static () => 7));

    static async Task<ServedRequest> ReadAsync(string body, Func<RequestFields, ServedRequest> read)
    {
        using var fields = await RequestFields.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(body)), TestContext.Current.CancellationToken);
        fields.Collect();
        return read(fields);
    }
}
