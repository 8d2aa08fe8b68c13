using System.Collections.Concurrent;
using System.Text;
using SelfInstruct.Tests.Models;
using SelfInstruct.Tests.Models.Calls;

namespace SelfInstruct.IntegrationTests.Faults;

/// <summary>A provider that turns away, breaks off, hangs, writes nonsense and goes away for a while; what it does answer depends on the request alone.</summary>
sealed class FailingProvider : IDisposable
{
    const int HangingMilliseconds = 4_000;

    readonly RawServer _server;
    readonly Random _random;
    readonly bool _fails;
    readonly ConcurrentDictionary<(string Prompt, long Seed), int> _answered = new();
    readonly ConcurrentQueue<(string Prompt, long Seed)> _asked = new();
    long _awayUntil;

    public FailingProvider(int seed, bool fails)
    {
        (_random, _fails) = (new Random(seed), fails);
        _server = new RawServer((_, request) => Answer(request));
    }

    public Uri Address => _server.Address;

    public ConcurrentDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    public int Answers => _answered.Values.Sum();

    /// <summary>Answers sent whole for a request that had been answered whole before: cut off between the server and the log.</summary>
    public int AnsweredAgain => _answered.Values.Sum() - _answered.Count;

    public IReadOnlyCollection<(string Prompt, long Seed)> TakeAsked()
    {
        List<(string, long)> taken = [];
        while (_asked.TryDequeue(out var one))
        {
            taken.Add(one);
        }

        return taken;
    }

    public void Dispose() => _server.Dispose();

    RawAnswer Answer(string request)
    {
        var body = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        var asked = KillSoakTests.Identify(body);
        _asked.Enqueue(asked);
        if (_fails && Fail() is { } failure)
        {
            return failure;
        }

        _answered.AddOrUpdate(asked, 1, static (_, count) => count + 1);
        return RawAnswer.Of(200, ScriptedServer.Answer(new LoopbackRequest("/v1/completions", body, 1, null))) with { Until = Task.Delay(3) };
    }

    RawAnswer? Fail()
    {
        int lot;
        lock (_random)
        {
            lot = _random.Next(4_000);
        }

        if (Environment.TickCount64 < Volatile.Read(ref _awayUntil))
        {
            return Count("away", RawAnswer.Of(503, "away"));
        }

        switch (lot)
        {
            case < 1:
                Volatile.Write(ref _awayUntil, Environment.TickCount64 + 3_000);
                return Count("away", RawAnswer.Of(503, "away"));
            case < 80:
                return Count("429", RawAnswer.Of(429, """{"error":{"message":"slow down","code":"rate_limit_exceeded"}}""", "Retry-After: 1"));
            case < 120:
                return Count("503", RawAnswer.Of(503, "busy"));
            case < 150:
                return Count("broken off", new RawAnswer(RawAnswer.Completion().Bytes[..(lot % 70)], lot % 2 == 0 ? RawEnding.Reset : RawEnding.Close));
            case < 160:
                return Count("hanging", RawAnswer.Completion("too late") with { Until = Task.Delay(HangingMilliseconds) });
            case < 180:
                return Count("200 with an error", RawAnswer.Of(200, """{"error":{"message":"The engine is currently overloaded","type":"server_error"}}"""));
            default:
                return null;
        }
    }

    RawAnswer Count(string kind, RawAnswer answer)
    {
        Failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);
        return answer;
    }
}
