using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>YAML that people write.</summary>
static class SettingsTargets
{
    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfFile("settings", InputForm.Yaml, "settings.yaml", ReadSettings, SelfInstructSettings.ToYaml(new SelfInstructOptions()), "instructions:\n  target: 5\n  temperature: 0.5\n  stop: [\"\\n\\n\", '16']\nquality:\n  rules: [empty]\n") with { Share = 0.5 },
        FuzzTarget.OfFile("prices", InputForm.Yaml, "prices.yaml", static path => PriceTable.Shipped.With(path).Find("openai:gpt-4o-mini-2026-01-01")?.ToString().Length ?? 1, "openai:\n  gpt-4o-mini: { prompt: 0.15, completion: 0.60, as_of: 2026-05-07 }\nanthropic:\n  claude:\n    prompt: 3\n    completion: 15\n    as_of: 2026-05-07\n"),
    ];

    /// <summary>What was read is written and read again, as a run folder does.</summary>
    static int ReadSettings(string path)
    {
        var options = SelfInstructSettings.ApplyFile(new SelfInstructOptions(), path);
        File.WriteAllText(path, SelfInstructSettings.ToYaml(options));
        var differences = SelfInstructSettings.FindDifferences(options, path);
        return differences.IsEmpty ? 1 : throw new InvalidOperationException($"What was written is not what is read: {string.Join("; ", differences)}");
    }
}
