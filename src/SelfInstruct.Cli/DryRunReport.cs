using System.Text.Json.Nodes;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>`run --dry-run`: the settings, the first prompts and what the run would use, without asking any model.</summary>
static class DryRunReport
{
    public static JsonObject Show(SelfInstructOptions options, string folder, TimeProvider time)
    {
        var seeds = SeedTasks.Load(options.SeedTasks!);
        var model = new ModelSelection(options, null).Open(0, time);
        using var opened = model as IDisposable;
        var prompts = FirstPrompts.Build(options, seeds, model);
        Console.WriteLine(SelfInstructSettings.ToYaml(options));
        Show("first prompt for instructions", prompts.Instructions);
        Show("a prompt for classification", prompts.Classification);
        Show("a prompt for instances", prompts.Instances);
        Console.WriteLine(CostEstimate.Describe(options, RunForecast.Of(options, prompts, model.CountTokens, [], new RunProgress(0, 0, 0))));
        return RunReport.ToJson(folder, model.Id, options.Profile, RunCounts.Empty with { Seeds = seeds.Length });

        void Show(string what, FittedPrompt? prompt)
        {
            if (prompt is not null)
            {
                Console.WriteLine($"--- {what} ({model.CountTokens(prompt.Text)} tokens)\n{prompt.Text}");
            }
        }
    }
}
