using System.Diagnostics;
using System.Globalization;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>
/// Broken inputs are read or refused in words, whatever they are. SELFINSTRUCT_FUZZ is how many in all, spread over the
/// targets; SELFINSTRUCT_FUZZ_SEED makes others. README.md beside this file says what was found.
/// </summary>
public sealed class FuzzTests
{
    const int EachByDefault = 700;
    const int Timeout = 36_000_000;

    static int? Total { get; } = Number("SELFINSTRUCT_FUZZ");

    static int Seed { get; } = Number("SELFINSTRUCT_FUZZ_SEED") ?? 1;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(static target => target.Name)];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Targets))]
    public async Task Every_input_is_read_or_refused_in_words(string name)
    {
        var target = FuzzTargets.Find(name);
        var clock = Stopwatch.StartNew();
        var count = CountOf(target);
        using var flight = Total is null ? null : new InputInFlight(Path.Combine(FuzzFiles.Folder, "in-flight", $"{name}.{Seed}"));
        var report = await new Fuzzer(target, Seed).RunAsync(count, flight, TestContext.Current.CancellationToken);
        var line = string.Create(CultureInfo.InvariantCulture, $"{name}\t{report.Read + report.Refused}\t{report.Read}\t{report.Refused}\t{report.Shapes}\t{report.Defects.Length}\t{clock.Elapsed.TotalSeconds:F1}\t{Seed}");
        if (Total is not null)
        {
            File.AppendAllText(Path.Combine(FuzzFiles.Folder, "log.tsv"), line + "\n");
        }

        Assert.True(report.Defects.IsEmpty, string.Join("\n\n", report.Defects.Select(defect =>
            $"{name}, seed {Seed}: {defect.Kind}\n{FuzzFiles.Save(name, defect.Input)}, {defect.Input.Length} bytes: {FuzzFiles.Show(defect.Input)}\n{defect.Detail}")));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_first_seed_of_every_target_is_read(string name)
    {
        var target = FuzzTargets.Find(name);
        using var workplace = new Workplace();
        Assert.True(target.Open(workplace)(target.Seeds[0]) > 0);
    }

    static int CountOf(FuzzTarget target)
    {
        var shares = FuzzTargets.All.Sum(static one => one.Share);
        return Total is { } total ? (int)Math.Ceiling(total * target.Share / shares) : (int)Math.Ceiling(EachByDefault * target.Share);
    }

    static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;
}
