using System.Collections.Immutable;
using SelfInstruct.Models;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

/// <summary>A model that writes tasks of invented words, so that nearly all are new; answers depend on the request alone.</summary>
static class ScriptedTasks
{
    public static ImmutableArray<SeedTask> Seeds { get; } =
    [
        .. Enumerable.Range(0, 12).Select(static n => new SeedTask($"seed_task_{n}", $"seed_{n}", Words(n, 6), [new Instance("", $"answer {n}")], n % 4 == 0)),
    ];

    public static ScriptedModel Model(int maxConcurrency = 4) => new(Answer) { MaxConcurrency = maxConcurrency };

    public static string Answer(CompletionRequest request) => request.Origin.Stage switch
    {
        "instructions" => " " + string.Join('\n', Enumerable.Range(0, 7).Select(n => $"{(n == 0 ? "" : $"{n + 9}. ")}{Words(request.Sampling.Seed + n, 7)}")),
        "classification" => request.Origin.Slot % 3 == 0 ? " Yes" : " No",
        _ when request.Origin.Slot % 3 == 0 => "Class label: yes\nInput: one\nClass label: no\nInput: two",
        _ => "Example 1\nInput: three\nOutput: 3\nExample 2\nInput: four\nOutput: 4",
    };

    static string Words(long seed, int count)
    {
        var random = new CounterRandom(seed, "words", 0, 0);
        return string.Join(' ', Enumerable.Range(0, count).Select(_ => "w" + random.Next(100_000)));
    }
}
