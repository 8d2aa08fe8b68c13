using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class OpenAIEmbeddingsTests
{
    static readonly EndpointOptions Quick = new() { Retries = 2, FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromSeconds(5) };

    [Fact(Timeout = 30_000)]
    public async Task Vectors_are_in_the_order_of_the_texts_whatever_the_answer_s()
    {
        var sent = "";
        using var server = new LoopbackServer(request =>
        {
            Assert.Equal(("/v1/embeddings", "Bearer secret"), (request.Path, request.Authorization));
            sent = request.Body;
            return new LoopbackAnswer(200, """{"object":"list","data":[{"index":1,"embedding":[0.5,-2]},{"object":"embedding","index":0,"embedding":[1,1e-3]}],"usage":{"total_tokens":2}}""");
        });
        using var embeddings = Open(server, "secret");
        Assert.Equal([[1f, 1e-3f], [0.5f, -2f]], await embeddings.EmbedAsync(["one", "two"], CancellationToken.None));
        Assert.Equal("""{"model":"m","input":["one","two"]}""", sent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_passing_fault_is_tried_again()
    {
        using var server = new LoopbackServer(static request =>
            request.Number < 3 ? new LoopbackAnswer(503, "busy") : new LoopbackAnswer(200, """{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}]}"""));
        using var embeddings = Open(server);
        Assert.Equal(2, (await embeddings.EmbedAsync(["one", "two"], CancellationToken.None)).Count);
        Assert.Equal(3, server.Requests);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(200, """{"data":[{"index":0,"embedding":[1]}]}""", "has no embedding of text 1")]
    [InlineData(200, """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""", "index 0 that is empty, given twice")]
    [InlineData(200, """{"data":[{"index":2,"embedding":[1]}]}""", "index 2")]
    [InlineData(200, """{"data":[{"index":-1,"embedding":[1]}]}""", "index -1")]
    [InlineData(200, """{"data":[{"index":0}]}""", "index 0 that is empty")]
    [InlineData(200, """{"data":[null]}""", "index null")]
    [InlineData(200, """{"choices":[{"text":"hello"}]}""", "not embeddings: {\"choices\"")]
    [InlineData(200, """{"data":[{"index":0,"embedding":"AACAPw=="}]}""", "not embeddings")]
    [InlineData(200, "<html>welcome</html>", "not embeddings: <html>welcome")]
    [InlineData(400, "not an embedding model", "may not embed")]
    [InlineData(401, "{}", "OPENAI_API_KEY")]
    [InlineData(404, "{}", "Check the model's name")]
    public async Task A_lasting_fault_is_explained_with_its_remedy(int status, string body, string message)
    {
        using var server = new LoopbackServer(_ => new LoopbackAnswer(status, body));
        using var embeddings = Open(server);
        var error = await Assert.ThrowsAnyAsync<ModelException>(() => embeddings.EmbedAsync(["one", "two"], CancellationToken.None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.AbsoluteUri, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    static OpenAIEmbeddings Open(LoopbackServer server, string? key = null) => new(new ModelEndpoint(server.Address, EndpointCredentials.Bearer(key), Quick, TimeProvider.System), "m");
}
