using System.Text.Json.Nodes;
using SelfInstruct.Classification;
using SelfInstruct.Instructions;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>`run --dry-run`: the settings and the first prompts, without asking any model.</summary>
static class DryRunReport
{
    public static JsonObject Show(SelfInstructOptions options, string folder, TimeProvider time)
    {
        var seeds = SeedTasks.Load(options.SeedTasks!);
        var model = new ModelSelection(options, null).Open(0, time);
        using var opened = model as IDisposable;
        var random = new CounterRandom(options.Seed, "instructions", 0, 0);
        var demonstrations = InstructionPrompt.DrawDemonstrations([.. seeds.Select(static seed => seed.Instruction)], [], options.Instructions, new Randomness(options.Randomness, options.Seed).Sequence ?? (Random)random);
        var list = InstructionPrompt.Fit(
            PromptTemplate.Load("instructions", options.Prompts, options.Profile).Header, demonstrations,
            seeds.DistinctBy(static seed => seed.Instruction).ToDictionary(static seed => seed.Instruction, static seed => seed.Instances[0]), model, options.Instructions, random);
        var question = ClassificationPrompt.Fit(
            PromptTemplate.Load("classification", options.Prompts, options.Profile), seeds[0].Instruction, model, options.Classification.MaxTokens, random);
        Console.WriteLine(SelfInstructSettings.ToYaml(options));
        Console.WriteLine($"--- first prompt for instructions ({model.CountTokens(list.Text)} tokens)\n{list.Text}");
        if (!options.Instructions.Reading.ShowsInstances)
        {
            Console.WriteLine($"--- a prompt for classification ({model.CountTokens(question.Text)} tokens)\n{question.Text}");
        }

        return RunReport.ToJson(folder, model.Id, options.Profile, RunCounts.Empty with { Seeds = seeds.Length });
    }
}
