#:project ../src/SelfInstruct/SelfInstruct.csproj
#:project ../src/SelfInstruct.LocalModels/SelfInstruct.LocalModels.csproj
#:property PublishAot=false

// Two filters of one's own in a run on the built-in model: dotnet run samples/own-filter.cs [FOLDER]
using SelfInstruct;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;

var folder = args is [var given, ..] ? given : "runs/own-filter";
var starter = Path.Combine(Environment.CurrentDirectory, "models", "starter");
var options = SelfInstructSettings.ApplyFile(new SelfInstructOptions(), Path.Combine(starter, "run.yaml"));
options = options with
{
    Instructions = options.Instructions with
    {
        Target = 40,
        OwnRules = [new InstructionRule("is_a_question", static (candidate, _) => candidate.Text.EndsWith('?'))],
    },
    Instances = options.Instances with
    {
        OwnRules = [new InstanceRule("output_of_one_letter", static (instance, _) => instance.Output.Length == 1)],
    },
};

using var weights = LocalModelPath.Open(Path.Combine(starter, "starter.gguf"));
using var session = RunSession.Open(folder, options, _ => new LocalLanguageModel(weights, "starter", new LocalModelOptions()), TimeProvider.System);
var state = await session.RunAsync(progress: null, CancellationToken.None);
Console.WriteLine($"{state.Counts.Accepted} instructions in {folder}");
foreach (var (rule, count) in state.Counts.Rejected)
{
    Console.WriteLine($"  rejected: {rule} {count}");
}
