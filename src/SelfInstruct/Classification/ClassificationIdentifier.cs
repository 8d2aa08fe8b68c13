using SelfInstruct.Concurrency;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Classification;

/// <summary>Step 2 of the paper's section 2.2: which of the generated instructions are classification tasks.</summary>
public sealed class ClassificationIdentifier(ClassificationOptions options, PromptTemplate template, CompletionLog completions, long seed)
{
    const string Stage = "classification";

    /// <summary>Answers in the order of the instructions.</summary>
    /// <param name="instructions">Those still to be asked for, each with its place in the pool.</param>
    public IAsyncEnumerable<ClassificationAnswer> RunAsync(
        IEnumerable<(int Place, MachineInstruction Instruction)> instructions, CancellationToken cancellationToken) =>
        instructions.SelectConcurrently(completions.Model.MaxConcurrency, AskAsync, cancellationToken);

    async Task<ClassificationAnswer> AskAsync((int Place, MachineInstruction Instruction) task, CancellationToken cancellationToken)
    {
        if (task.Instruction.Instance is not null)
        {
            return new ClassificationAnswer(task.Instruction.Instruction, null, task.Instruction.Id);
        }

        var random = new CounterRandom(seed, Stage, 0, task.Place);
        var prompt = ClassificationPrompt.Fit(template, task.Instruction.Instruction, completions.Model, options.MaxTokens, random);
        var sampling = new Sampling(0, options.TopP, 0, 0, prompt.MaxTokens, options.Stop, CounterRandom.Key(seed, Stage, 0, task.Place));
        var request = new CompletionRequest(prompt.Text, sampling) { IsMessage = options.Reading.IsMessage, Origin = new RequestOrigin(Stage, 0, task.Place, prompt.Dropped) };
        var answer = await completions.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        return new ClassificationAnswer(task.Instruction.Instruction, answer.Text, task.Instruction.Id);
    }
}
