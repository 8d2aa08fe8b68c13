using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SelfInstruct.Runs;
using SelfInstruct.Tests.Models;

namespace SelfInstruct.IntegrationTests;

/// <summary>A loopback server of both OpenAI shapes and Anthropic's that writes tasks of invented words; its answer depends on the request alone.</summary>
sealed class ScriptedServer : IDisposable
{
    readonly LoopbackServer _server;

    /// <param name="pause">Before each answer.</param>
    /// <param name="words">That instructions are made of; the fewer, the more are alike.</param>
    public ScriptedServer(TimeSpan pause = default, int words = 10_000) => _server = new LoopbackServer(request =>
    {
        if (pause > TimeSpan.Zero)
        {
            Task.Delay(pause).Wait();
        }

        Bodies.Enqueue(request.Body);
        return new LoopbackAnswer(200, Answer(request, words));
    });

    public Uri Address => _server.Address;

    /// <summary>As --endpoint wants it for this kind of model.</summary>
    public string EndpointOf(string kind) => kind == "anthropic" ? new Uri(Address, "/").AbsoluteUri : Address.AbsoluteUri;

    /// <summary>Of every request, as it came.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    public void Dispose() => _server.Dispose();

    public static string Answer(LoopbackRequest request, int words = 10_000)
    {
        using var json = JsonDocument.Parse(request.Body);
        var isMessages = request.Path.EndsWith("/messages", StringComparison.Ordinal);
        var isChat = isMessages || request.Path.EndsWith("/chat/completions", StringComparison.Ordinal);
        var prompt = isChat ? json.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()! : json.RootElement.GetProperty("prompt").GetString()!;
        var text = JsonSerializer.Serialize(Continue(prompt, request.Body, words));
        return isMessages
            ? $$$"""{"type":"message","role":"assistant","content":[{"type":"text","text":{{{text}}}}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}"""
            : isChat
            ? $$$"""{"choices":[{"message":{"role":"assistant","content":{{{text}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"""
            : $$$"""{"choices":[{"text":{{{text}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}""";
    }

    static string Continue(string prompt, string body, int words)
    {
        var random = new CounterRandom(BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(body))), "server", 0, 0);
        return prompt.EndsWith("Is it classification?", StringComparison.Ordinal) ? random.Next(3) == 0 ? " Yes" : " No"
            : prompt.Contains("Given tasks:", StringComparison.Ordinal) ? "Here they are:\n\n" + string.Join('\n', Enumerable.Range(1, 10).Select(n => $"{n}. **Use** {string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(words)))}"))
            : prompt.EndsWith('.') ? " " + string.Join('\n', Enumerable.Range(9, 7).Select(n => $"{(n == 9 ? "" : $"{n}. ")}Use {string.Join(' ', Enumerable.Range(0, 6).Select(_ => "w" + random.Next(words)))}"))
            : prompt.Contains("Class label:", StringComparison.Ordinal) ? "Class label: yes\nInput: one\nClass label: no\nInput: two"
            : "Example 1\nInput: three\nOutput: 3";
    }
}
