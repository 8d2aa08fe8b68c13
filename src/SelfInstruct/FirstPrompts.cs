using System.Collections.Immutable;
using SelfInstruct.Classification;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct;

/// <summary>A prompt of each kind as a run begins with them, made from the seed tasks; nothing is asked.</summary>
/// <param name="Instructions">The very first.</param>
/// <param name="Classification">About the first seed task; null where the step asks no model.</param>
/// <param name="Instances">Input first, for the first seed task; null where the step asks no model.</param>
public sealed record FirstPrompts(FittedPrompt Instructions, FittedPrompt? Classification, FittedPrompt? Instances)
{
    /// <exception cref="PromptTooLongException">The model's context is too small for one of them.</exception>
    public static FirstPrompts Build(SelfInstructOptions options, ImmutableArray<SeedTask> seeds, ILanguageModel model)
    {
        var random = new CounterRandom(options.Seed, "instructions", 0, 0);
        var demonstrations = InstructionPrompt.DrawDemonstrations(
            [.. seeds.Select(static seed => seed.Instruction)], [], options.Instructions, new Randomness(options.Randomness, options.Seed).Sequence ?? (Random)random);
        var instances = seeds.DistinctBy(static seed => seed.Instruction).ToDictionary(static seed => seed.Instruction, static seed => seed.Instances[0]);
        var list = InstructionPrompt.Fit(Load("instructions").Header, demonstrations, instances, model, options.Instructions, random);
        if (options.Instructions.Reading.ShowsInstances)
        {
            return new FirstPrompts(list, null, null);
        }

        var question = ClassificationPrompt.Fit(Load("classification"), seeds[0].Instruction, model, options.Classification.MaxTokens, random);
        var inputFirst = Load("input-first");
        var task = PromptFitting.Fit(
            inputFirst.Demonstrations,
            kept => (inputFirst with { Demonstrations = kept }).Render($"Task: {seeds[0].Instruction}\n"),
            model,
            options.Instances.MaxTokens,
            random);
        return new FirstPrompts(list, question, task);

        PromptTemplate Load(string name) => PromptTemplate.Load(name, options.Prompts, options.Profile);
    }
}
