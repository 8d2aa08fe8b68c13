using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using SelfInstruct.Models;
using SelfInstruct.Tests.Models.Calls;

namespace SelfInstruct.IntegrationTests.Faults;

public sealed partial class BadNetworkTests
{
    const int Calls = 20_000;

    [Fact(Timeout = 120_000)]
    public async Task Twenty_thousand_calls_through_a_bad_network_are_all_answered()
    {
        var answersSent = new ConcurrentDictionary<int, int>();
        var random = new Random(20);
        using var server = new RawServer((_, request) => Answer(request, random, answersSent));
        var options = new EndpointOptions { MaxConcurrency = 256, FirstPause = TimeSpan.FromMilliseconds(100) };
        var notices = new Notices();
        using var endpoint = new ModelEndpoint(server.Address, EndpointCredentials.None, options, TimeProvider.System, notices);
        using var model = new OpenAICompletionsModel(endpoint, "m", options);

        var answers = new string[Calls];
        await Parallel.ForEachAsync(Enumerable.Range(0, Calls), new ParallelOptions { MaxDegreeOfParallelism = 2000 }, async (n, token) =>
            answers[n] = (await model.CompleteAsync(new CompletionRequest($"call {n}.", new Sampling(0, 1, 0, 0, 16, [], 1)), token)).Text);

        // Each has its own answer, and no answer that was paid for was thrown away.
        Assert.Equal(Enumerable.Range(0, Calls).Select(static n => $"answer {n}"), answers);
        Assert.Equal(Enumerable.Repeat(1, Calls), answersSent.Values);
        Assert.Equal(Calls, answersSent.Count);

        // A quarter of all attempts fails, so there is about a third of a retry to each call.
        Assert.InRange(server.Requests, Calls + endpoint.Status.Retries, Calls * 1.5);
        Assert.InRange(endpoint.Status.Retries, Calls * 0.30, Calls * 0.37);
        Assert.InRange(notices.Count, 1, 24);
    }

    static RawAnswer Answer(string request, Random random, ConcurrentDictionary<int, int> answersSent)
    {
        int lot;
        lock (random)
        {
            lot = random.Next(100);
        }

        switch (lot)
        {
            case < 10:
                return RawAnswer.Of(429, """{"error":{"message":"slow down","code":"rate_limit_exceeded"}}""", "Retry-After: 1");
            case < 20:
                return RawAnswer.Of(503, "busy");
            case < 25:
                return new RawAnswer(RawAnswer.Completion().Bytes[..(lot % 2 == 0 ? 0 : 70)], lot < 23 ? RawEnding.Reset : RawEnding.Close);
            default:
                var number = int.Parse(CallNumber().Match(request).Groups["number"].Value);
                answersSent.AddOrUpdate(number, 1, static (_, count) => count + 1);
                return RawAnswer.Completion($"answer {number}") with { Until = lot < 30 ? Task.Delay(300) : Task.CompletedTask };
        }
    }

    [GeneratedRegex(@"call (?<number>\d+)\.")]
    private static partial Regex CallNumber();

    sealed class Notices : IProgress<string>
    {
        int _count;

        public int Count => Volatile.Read(ref _count);

        public void Report(string value) => Interlocked.Increment(ref _count);
    }
}
