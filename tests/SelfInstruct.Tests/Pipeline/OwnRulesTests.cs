using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Pipeline;

public sealed class OwnRulesTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task What_an_own_rule_rejects_is_counted_under_its_name()
    {
        using var session = Open(WithOwnRules());
        var counts = (await session.RunAsync(progress: null, CancellationToken.None)).Counts;
        Assert.True(counts.Rejected["has_a_seven"] > 0);
        Assert.True(counts.Rejected["says_four"] > 0);
        Assert.DoesNotContain(
            JsonLines.Read(session.Folder.Instances, TaskJson.Format.GeneratedInstance),
            static row => row.Value.Input == "four" || row.Value.Instruction.Contains('7'));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_with_own_rules_is_continued_with_them_alone()
    {
        using (var session = Open(WithOwnRules()))
        {
            await session.RunAsync(progress: null, CancellationToken.None);
        }

        using (var again = Open(WithOwnRules()))
        {
            Assert.True(again.IsComplete);
        }

        var refused = Assert.Throws<InvalidDataException>(() => Open(Plain()));
        Assert.Contains("instructions.own_rules: has_a_seven there", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_own_rule_that_a_file_only_names_cannot_be_asked()
    {
        var options = SelfInstructSettings.ApplyFile(Plain(), _folder.Write("run.yaml", SelfInstructSettings.ToYaml(WithOwnRules())));
        Assert.Equal("has_a_seven", Assert.Single(options.Instructions.OwnRules).Name);
        var error = Assert.Throws<InvalidDataException>(() => InstructionRules.FindRejection(new CandidateInstruction("Say what a week is", CutOff: false), options.Instructions));
        Assert.Contains("has_a_seven", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    RunSession Open(SelfInstructOptions options) =>
        RunSession.Open(_folder.In("run"), options, static _ => ScriptedTasks.Model(), TimeProvider.System);

    SelfInstructOptions WithOwnRules()
    {
        var plain = Plain();
        return plain with
        {
            Instructions = plain.Instructions with { OwnRules = [new InstructionRule("has_a_seven", static (candidate, _) => candidate.Text.Contains('7'))] },
            Instances = plain.Instances with { OwnRules = [new InstanceRule("says_four", static (instance, _) => instance.Input == "four")] },
        };
    }

    SelfInstructOptions Plain()
    {
        var seeds = _folder.In("seeds.jsonl");
        JsonLines.WriteAll(seeds, ScriptedTasks.Seeds, TaskJson.Format.SeedTask);
        return new SelfInstructOptions { SeedTasks = seeds, Instructions = new() { Target = 3, MinAcceptance = 0 } };
    }
}
