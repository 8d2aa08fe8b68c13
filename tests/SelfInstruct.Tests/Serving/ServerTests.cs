using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.Models;
using SelfInstruct.Serving;

namespace SelfInstruct.Tests.Serving;

/// <summary>The server over HTTP, with a tiny model in this process; what it answers is compared with the model asked directly.</summary>
public sealed class ServerTests
{
    const int Timeout = 120_000;
    const string Text = "/v1/completions";
    const string Chat = "/v1/chat/completions";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_completion_is_the_model_s_own_with_its_usage()
    {
        await using var served = await ServedModels.StartAsync();
        var answer = await served.PostAsync(Text, TextBody("The cat", 3, 30));
        var own = await OwnAsync(served, "The cat", 3, 30);
        Assert.Equal((own.Text, "length"), ((string)answer["choices"]![0]!["text"]!, (string)answer["choices"]![0]!["finish_reason"]!));
        Assert.Equal((own.Usage.PromptTokens, 30, own.Usage.PromptTokens + 30), ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!, (int)answer["usage"]!["total_tokens"]!));
        Assert.Equal(("text_completion", "tiny", "fp_0123abcd"), ((string)answer["object"]!, (string)answer["model"]!, (string)answer["system_fingerprint"]!));
        Assert.StartsWith("cmpl-", (string)answer["id"]!, StringComparison.Ordinal);
        Assert.True(answer["choices"]![0]!.AsObject().ContainsKey("logprobs"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stream_says_what_the_whole_answer_says_and_cuts_no_character()
    {
        await using var served = await ServedModels.StartAsync();
        var others = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var chunks = await served.StreamAsync(Text, TextBody("The cat", seed, 120));
            var pieces = chunks.Select(static chunk => (string)chunk["choices"]![0]!["text"]!).ToList();
            Assert.Equal((await OwnAsync(served, "The cat", seed, 120)).Text, string.Concat(pieces));
            Assert.All(pieces, static piece => Assert.Equal(piece, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece))));
            Assert.Equal("length", (string)chunks[^1]["choices"]![0]!["finish_reason"]!);
            Assert.All(chunks[..^1], static chunk => Assert.Null(chunk["choices"]![0]!["finish_reason"]));
            Assert.All(chunks, static chunk => Assert.False(chunk.ContainsKey("usage")));
            others += string.Concat(pieces).EnumerateRunes().Count(static rune => rune.Value > 127 && rune.Value != 0xFFFD);
            Assert.True(pieces.Count > 20);
        }

        // Every such character is two tokens or more of this model.
        Assert.True(others > 10);
    }

    [Fact(Timeout = Timeout)]
    public async Task No_piece_of_a_stop_string_is_ever_sent()
    {
        await using var served = await ServedModels.StartAsync();
        var whole = (await OwnAsync(served, "The cat", 5, 80)).Text;
        for (var start = 1; start < whole.Length - 6; start += 2)
        {
            var stop = whole.Substring(start, 5);
            if (stop.Contains('\uFFFD', StringComparison.Ordinal) || stop.Any(char.IsSurrogate))
            {
                continue;
            }

            var body = TextBody("The cat", 5, 80);
            body["stop"] = new JsonArray(stop, $"{whole[start..(start + 2)]}\n\n never");
            var chunks = await served.StreamAsync(Text, body);
            Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], string.Concat(chunks.Select(static chunk => (string)chunk["choices"]![0]!["text"]!)));
            Assert.Equal("stop", (string)chunks[^1]["choices"]![0]!["finish_reason"]!);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_chat_is_answered_whole_and_as_a_stream_with_usage()
    {
        await using var served = await ServedModels.StartAsync();
        var body = ChatBody("Hi", 2, 25);
        var answer = await served.PostAsync(Chat, body);
        var own = await OwnChatAsync(served, "Hi", 2, 25);
        Assert.Equal(("assistant", own.Text, "length"), ((string)answer["choices"]![0]!["message"]!["role"]!, (string)answer["choices"]![0]!["message"]!["content"]!, (string)answer["choices"]![0]!["finish_reason"]!));
        body["stream_options"] = new JsonObject { ["include_usage"] = true };
        var chunks = await served.StreamAsync(Chat, body);
        Assert.Equal(("assistant", ""), ((string)chunks[0]["choices"]![0]!["delta"]!["role"]!, (string)chunks[0]["choices"]![0]!["delta"]!["content"]!));
        Assert.Equal(own.Text, string.Concat(chunks[..^1].Select(static chunk => (string?)chunk["choices"]![0]!["delta"]!["content"])));
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(answer["usage"]!.ToJsonString(), chunks[^1]["usage"]!.ToJsonString());
        Assert.Single(chunks.Select(static chunk => (string)chunk["id"]!).Distinct());
    }

    [Fact(Timeout = Timeout)]
    public async Task Choices_and_prompts_are_those_that_one_gets_alone()
    {
        await using var served = await ServedModels.StartAsync();
        var body = TextBody("", 8, 12);
        body["prompt"] = new JsonArray("The cat", "Task 1");
        body["n"] = 2;
        var answer = await served.PostAsync(Text, body);
        var texts = answer["choices"]!.AsArray().Select(static choice => ((int)choice!["index"]!, (string)choice["text"]!)).ToList();
        var own = new List<(int, string)>();
        foreach (var (prompt, seed) in new[] { ("The cat", 8), ("The cat", 9), ("Task 1", 8), ("Task 1", 9) })
        {
            own.Add((own.Count, (await OwnAsync(served, prompt, seed, 12)).Text));
        }

        Assert.Equal(own, texts);
        Assert.Equal(served.Model.CountTokens("The cat") + served.Model.CountTokens("Task 1"), (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(48, (int)answer["usage"]!["completion_tokens"]!);
        var chunks = await served.StreamAsync(Text, body);
        Assert.Equal(own, Enumerable.Range(0, 4).Select(i => (i, string.Concat(chunks.Where(chunk => (int)chunk["choices"]![0]!["index"]! == i).Select(static chunk => (string)chunk["choices"]![0]!["text"]!)))));
    }

    [Fact(Timeout = Timeout)]
    public async Task Tokens_as_a_prompt_are_read_as_they_are()
    {
        await using var served = await ServedModels.StartAsync();
        var body = TextBody("", 4, 20);
        body["prompt"] = new JsonArray([served.Model.Tokenizer.EndOfText, .. served.Model.Tokenizer.Encode("The cat").Select(static token => (JsonNode)token)]);
        var answer = await served.PostAsync(Text, body);

        // The start of text, which this vocabulary has, is what the text's prompt gets in front.
        Assert.Equal((await OwnAsync(served, "The cat", 4, 20)).Text, (string)answer["choices"]![0]!["text"]!);
        Assert.Equal(served.Model.CountTokens("The cat") + 1, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_probabilities_are_of_the_tokens_of_the_text(bool isStreamed)
    {
        await using var served = await ServedModels.StartAsync();
        var whole = (await OwnAsync(served, "The cat", 6, 60)).Text;
        var stop = Enumerable.Range(8, whole.Length - 12).Select(start => whole.Substring(start, 3)).First(static stop => stop.All(char.IsAscii));
        var request = new LocalRequest("The cat", [], Sampling(6, 60) with { Stop = [stop] }) { LogProbabilities = 2 };
        var own = await served.Model.GenerateAsync(request, Token);
        var body = TextBody("The cat", 6, 60);
        (body["stop"], body["logprobs"]) = (stop, 2);
        var choices = isStreamed ? (await served.StreamAsync(Text, body)).Select(static chunk => chunk["choices"]![0]!).ToList() : [(await served.PostAsync(Text, body))["choices"]![0]!];
        var parts = choices.Where(static choice => choice["logprobs"] is not null).ToList();
        var logs = parts.SelectMany(static part => part["logprobs"]!["token_logprobs"]!.AsArray().Select(static value => (double)value!)).ToList();
        Assert.Equal(own.Tokens[..logs.Count].Select(static token => token.LogProbability), logs);
        Assert.All(own.Tokens[..logs.Count], token => Assert.True(token.LogProbability <= token.MostProbable[0].LogProbability));
        var text = served.Model.Tokenizer.Decode([.. own.Tokens[..logs.Count].Select(static token => token.Token)]);
        Assert.StartsWith(own.Completion.Text, text, StringComparison.Ordinal);
        Assert.False(served.Model.Tokenizer.Decode([.. own.Tokens[..(logs.Count - 1)].Select(static token => token.Token)]).StartsWith(own.Completion.Text, StringComparison.Ordinal));
        Assert.All(parts, static part => Assert.Equal(part["logprobs"]!["tokens"]!.AsArray().Count, part["logprobs"]!["text_offset"]!.AsArray().Count));
        Assert.True(logs.Count < own.Tokens.Length);
    }

    [Fact(Timeout = Timeout)]
    public async Task Sixty_four_clients_get_what_the_model_says_to_each_alone_and_one_who_leaves_frees_its_place()
    {
        await using var served = await ServedModels.StartAsync(ServedModels.Chat(context: 20_000));
        using var leaving = new CancellationTokenSource();
        var abandoned = LeaveInTheMiddleAsync(served, leaving);
        var clients = Enumerable.Range(0, 63).Select(async i =>
        {
            var prompt = string.Concat(Enumerable.Repeat("Task 1: name three cats.\n", i % 4)) + "The cat"[..(1 + (i % 7))];
            var body = i % 3 == 0 ? ChatBody(prompt, i, 20 + i) : TextBody(prompt, i, 20 + i);
            var answered = i % 2 == 0 ? [await served.PostAsync(i % 3 == 0 ? Chat : Text, body)] : await served.StreamAsync(i % 3 == 0 ? Chat : Text, body);
            var text = string.Concat(answered.Select(static part => part["choices"]![0]!).Select(static choice => (string?)(choice["text"] ?? choice["message"]?["content"] ?? choice["delta"]?["content"])));
            return (i, prompt, text);
        }).ToList();
        var answers = await Task.WhenAll(clients);
        await abandoned;
        var health = await served.HealthWhenIdleAsync();
        Assert.Equal(1, (int)health["cancelled"]!);
        Assert.True(served.Server.Status.CompletionTokens < 20_000);
        Assert.True(answers.Select(static answer => answer.text).Distinct().Count() > 60);
        using var alone = new LocalLanguageModel(ServedModels.Chat(context: 20_000), "tiny:0123abcd", threads: 1);
        foreach (var (i, prompt, text) in answers)
        {
            var own = await alone.GenerateAsync(new LocalRequest(prompt, i % 3 == 0 ? [new ChatTurn("user", prompt)] : [], Sampling(i, 20 + i)), Token);
            Assert.Equal(own.Completion.Text, text);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_full_queue_turns_away_and_takes_again_when_a_place_is_free()
    {
        await using var served = await ServedModels.StartAsync(ServedModels.Chat(context: 20_000), new() { MaxQueue = 2 });
        using var leaving = new CancellationTokenSource();
        using var long1 = await served.SendAsync(Text, Streamed(TextBody("a", 1, 19_000)), Token);
        var long2 = await served.SendAsync(Text, Streamed(TextBody("a", 2, 19_000)), Token);
        Assert.Equal(2, (int)(await served.HealthAsync())["in_progress"]!);
        using var refused = await served.SendAsync(Text, TextBody("a", 3, 5), Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("rate_limit_exceeded", await CodeAsync(refused));
        long2.Dispose();
        while ((int)(await served.HealthAsync())["in_progress"]! > 1)
        {
            await Task.Delay(5, Token);
        }

        Assert.Equal((await OwnAsync(served, "a", 3, 5)).Text, (string)(await served.PostAsync(Text, TextBody("a", 3, 5)))["choices"]![0]!["text"]!);
        var tooMany = TextBody("a", 3, 5);
        tooMany["n"] = 3;
        using var never = await served.SendAsync(Text, tooMany, Token);
        Assert.Equal(HttpStatusCode.BadRequest, never.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_caller_who_leaves_before_a_whole_answer_frees_its_places()
    {
        await using var served = await ServedModels.StartAsync(ServedModels.Chat(context: 20_000));
        using var leaving = new CancellationTokenSource();
        var body = TextBody("a", 1, 19_000);
        body["n"] = 3;
        var left = served.SendAsync(Text, body, leaving.Token);
        while ((int)(await served.HealthAsync())["in_progress"]! < 3)
        {
            await Task.Delay(5, Token);
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal((1, 0L), ((int)(await served.HealthWhenIdleAsync())["cancelled"]!, served.Server.Status.Completions));
    }

    [Fact(Timeout = Timeout)]
    public async Task Completions_that_are_not_done_when_the_wait_is_over_are_cut_off()
    {
        var served = await ServedModels.StartAsync(ServedModels.Chat(context: 20_000), new() { Drain = TimeSpan.FromMilliseconds(50) });
        using var answer = await served.SendAsync(Text, Streamed(TextBody("a", 1, 19_000)), Token);
        await served.Server.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Token));
        while (served.Server.Status.InProgress > 0)
        {
            await Task.Delay(5, Token);
        }

        Assert.Equal((0L, 1L), (served.Server.Status.Completions, served.Server.Status.Cancelled));
        await served.DisposeAsync();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(Text, """{"model":"tiny","prompt":"a","tools":[{}]}""", 400, "unsupported_parameter", "tools")]
    [InlineData(Text, """{"prompt":"a"}""", 400, "missing_required_parameter", "model")]
    [InlineData(Text, """{"model":"other","prompt":"a"}""", 404, "model_not_found", "model")]
    [InlineData(Text, """{"model":"tiny","prompt":[5,99999]}""", 400, "invalid_value", "prompt")]
    [InlineData(Text, """{"model":"tiny","prompt":"\ud800"}""", 400, "invalid_value", "prompt")]
    [InlineData(Text, """{"model":"tiny","prompt":"a","\ud800":1}""", 400, "invalid_json", null)]
    [InlineData(Text, """{"model":"tiny","prompt":"a" """, 400, "invalid_json", null)]
    [InlineData(Chat, """{"model":"tiny","messages":[{"role":"user","content":"a"},{"role":"system","content":"b"}]}""", 400, "invalid_value", "messages")]
    [InlineData("/v1/embeddings", "{}", 404, "unknown_url", null)]
    [InlineData("/v1/models", "{}", 405, "method_not_allowed", null)]
    public async Task A_request_that_is_not_answered_gets_OpenAI_s_error(string path, string body, int status, string code, string? param)
    {
        await using var served = await ServedModels.StartAsync();
        using var answer = await served.SendAsync(path, body, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!.AsObject();
        Assert.Equal((code, param), ((string)error["code"]!, (string?)error["param"]));
        Assert.Equal(["code", "message", "param", "type"], error.Select(static field => field.Key).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_prompt_longer_than_the_context_is_refused_with_the_numbers_also_as_a_stream()
    {
        await using var served = await ServedModels.StartAsync();
        using var answer = await served.SendAsync(Text, Streamed(TextBody(new string('=', 700), 1, 5)), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("context_length_exceeded", text, StringComparison.Ordinal);
        Assert.Contains("701", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_model_without_a_template_says_so()
    {
        await using var served = await ServedModels.StartAsync(LocalModels.InferenceModels.Random());
        using var answer = await served.SendAsync(Chat, ChatBody("a", 1, 5), Token);
        Assert.Equal((HttpStatusCode.BadRequest, "no_chat_template"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_body_that_is_too_large_is_refused_whether_or_not_it_says_its_length()
    {
        await using var served = await ServedModels.StartAsync(options: new() { MaxRequestBytes = 1000 });
        using var announced = await served.SendAsync(Text, TextBody(new string('a', 2000), 1, 5), Token);
        using var chunked = await served.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Text) { Headers = { TransferEncodingChunked = true }, Content = new StringContent(TextBody(new string('a', 2000), 1, 5).ToJsonString(), Encoding.UTF8, "application/json") }, Token);
        Assert.Equal([(HttpStatusCode.RequestEntityTooLarge, "request_too_large")], new[] { (announced.StatusCode, await CodeAsync(announced)), (chunked.StatusCode, await CodeAsync(chunked)) }.Distinct());
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_the_token_nothing_is_answered_but_health()
    {
        await using var served = await ServedModels.StartAsync(token: "planted-77aa");
        foreach (var authorization in new[] { null, "Bearer planted-77ab", "Bearer ", "Basic planted-77aa", "planted-77aa" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await served.Http.SendAsync(request, Token);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (answer.StatusCode, await CodeAsync(answer)));
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal("ok", (string)(await served.HealthAsync())["status"]!);
        served.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "planted-77aa");
        Assert.Equal("tiny", (string)JsonNode.Parse(await served.Http.GetStringAsync("/v1/models", Token))!["data"]![0]!["id"]!);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("10.0.0.1", 421)]
    [InlineData("localhost:1234", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    public async Task A_name_that_is_not_this_machine_s_is_not_answered(string host, int status)
    {
        await using var served = await ServedModels.StartAsync();
        using var answer = await served.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { Host = host } }, Token);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_a_web_page_may_send_without_asking_is_refused()
    {
        await using var served = await ServedModels.StartAsync();
        using var answer = await served.Http.PostAsync(Text, new StringContent(TextBody("a", 1, 5).ToJsonString(), Encoding.UTF8, "text/plain"), Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_goes_wrong_inside_is_told_inside_alone(bool isStreamed)
    {
        var broken = ServedModels.Chat();
        Array.Fill(broken.Weights.FinalNorm, float.NaN);
        await using var served = await ServedModels.StartAsync(broken);
        using var answer = await served.SendAsync(Text, isStreamed ? Streamed(TextBody("a", 1, 5)) : TextBody("a", 1, 5), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("logit", text, StringComparison.Ordinal);
        Assert.Contains("logit", Assert.Single(served.Notices), StringComparison.Ordinal);
        Assert.Equal((0, 1L), ((int)(await served.HealthWhenIdleAsync())["in_progress"]!, served.Server.Status.Failed));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_is_stopped_ends_what_is_in_progress()
    {
        var served = await ServedModels.StartAsync(ServedModels.Chat(context: 5000));
        using var answer = await served.SendAsync(Text, Streamed(TextBody("a", 1, 4000)), Token);
        var stopped = served.Server.StopAsync();
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        await stopped;
        await Assert.ThrowsAsync<HttpRequestException>(() => served.HealthAsync());
        Assert.Equal(1, served.Server.Status.Completions);
        await served.DisposeAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_address_that_others_reach_needs_a_token()
    {
        using var model = new LocalLanguageModel(ServedModels.Chat(), "tiny:0123abcd", threads: 1);
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAIServer.StartAsync(
            new ServedModel("tiny", model, DateTimeOffset.UnixEpoch), new ServingOptions { Address = IPAddress.Any, Port = 0 }, null, TimeProvider.System, new Random(1), new Progress<string>(), Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task Its_list_of_models_tells_the_context_and_a_model_is_found_by_name()
    {
        await using var served = await ServedModels.StartAsync();
        var listed = Assert.Single(await ModelListing.FindAsync(new Uri(served.Server.Address, "/v1/models"), EndpointCredentials.None, Token));
        Assert.Equal(("tiny", 600), (listed.Id, listed.FindContextLength()));
        Assert.Equal("tiny", (string)JsonNode.Parse(await served.Http.GetStringAsync("/v1/models/tiny", Token))!["id"]!);
        using var other = await served.Http.GetAsync("/v1/models/other", Token);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Our_own_models_of_servers_ask_it_as_any_other()
    {
        await using var served = await ServedModels.StartAsync();
        var options = new EndpointOptions { Retries = 0 };
        using var text = new OpenAICompletionsModel(new ModelEndpoint(new Uri(served.Server.Address, "/v1"), EndpointCredentials.None, options, TimeProvider.System), "tiny", options);
        var request = new CompletionRequest("The cat", Sampling(9, 30) with { Stop = ["a~", "b~", "c~", "d~", "e~"] });
        Assert.Equal(await served.Model.CompleteAsync(request, Token), await text.CompleteAsync(request, Token));
        Assert.Equal(["at_most_4_stops"], text.Quirks);
        using var chat = new OpenAIChatModel(new ModelEndpoint(new Uri(served.Server.Address, "/v1"), EndpointCredentials.None, options, TimeProvider.System), "tiny", options);
        var message = new CompletionRequest("The cat", Sampling(9, 30)) { IsMessage = true };
        Assert.Equal(await served.Model.CompleteAsync(message, Token), await chat.CompleteAsync(message, Token));
        Assert.Empty(chat.Quirks);
    }

    static async Task LeaveInTheMiddleAsync(ServedModels served, CancellationTokenSource leaving)
    {
        using var answer = await served.SendAsync(Text, Streamed(TextBody("The cat", 99, 19_000)), leaving.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(leaving.Token));
        for (var lines = 0; lines < 20; lines++)
        {
            Assert.NotNull(await reader.ReadLineAsync(leaving.Token));
        }

        await leaving.CancelAsync();
    }

    static async Task<string> CodeAsync(HttpResponseMessage answer) => (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!["code"]!;

    static Sampling Sampling(int seed, int tokens) => new(1.5, 0.9, 0.1, 0.5, tokens, [], seed);

    static async Task<Completion> OwnAsync(ServedModels served, string prompt, int seed, int tokens) =>
        await served.Model.CompleteAsync(new CompletionRequest(prompt, Sampling(seed, tokens)), Token);

    static async Task<Completion> OwnChatAsync(ServedModels served, string prompt, int seed, int tokens) =>
        await served.Model.CompleteAsync(new CompletionRequest(prompt, Sampling(seed, tokens)) { IsMessage = true }, Token);

    static JsonObject TextBody(string prompt, int seed, int tokens) => With(new JsonObject { ["prompt"] = prompt }, seed, tokens);

    static JsonObject ChatBody(string message, int seed, int tokens) =>
        With(new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }) }, seed, tokens);

    static JsonObject With(JsonObject body, int seed, int tokens)
    {
        var s = Sampling(seed, tokens);
        (body["model"], body["seed"], body["max_tokens"]) = ("tiny", seed, tokens);
        (body["temperature"], body["top_p"], body["frequency_penalty"], body["presence_penalty"]) = (s.Temperature, s.TopP, s.FrequencyPenalty, s.PresencePenalty);
        return body;
    }

    static JsonObject Streamed(JsonObject body)
    {
        body["stream"] = true;
        return body;
    }
}
