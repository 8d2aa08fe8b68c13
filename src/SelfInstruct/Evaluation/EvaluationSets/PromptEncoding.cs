using System.Collections.Immutable;
using System.Text;
using SelfInstruct.Python;
using SelfInstruct.Tasks;

namespace SelfInstruct.Evaluation.EvaluationSets;

/// <summary>How a question is put to a model.</summary>
public abstract class PromptEncoding
{
    private protected PromptEncoding()
    {
    }

    /// <summary>
    /// Tk-Instruct's (github.com/yizhongw/Tk-Instruct, ni_collator.py), without task name, negative examples and
    /// explanations, and stripped, as its runs of GPT-3 are: it ends with "Output:".
    /// </summary>
    public static PromptEncoding TkInstruct { get; } = new TkInstructEncoding();

    /// <summary>That of the published predictions on the 252 user-oriented tasks; examples stand before, in the same form.</summary>
    public static PromptEncoding Plain { get; } = new PlainEncoding();

    public static ImmutableArray<PromptEncoding> All { get; } = [TkInstruct, Plain];

    /// <summary>Of the option --encoding.</summary>
    public abstract string Name { get; }

    /// <summary>With examples before the question, a model that continues text goes on to invent another example, and that begins with one of these.</summary>
    public abstract ImmutableArray<string> StopsAfterExamples { get; }

    public abstract string Render(string instruction, ImmutableArray<Instance> examples, string input);

    /// <exception cref="InvalidDataException">No such encoding.</exception>
    public static PromptEncoding Named(string name) => All.FirstOrDefault(encoding => encoding.Name == name)
        ?? throw new InvalidDataException($"--encoding {name}: not an encoding. Known: {string.Join(", ", All.Select(static encoding => encoding.Name))}.");

    sealed class TkInstructEncoding : PromptEncoding
    {
        public override string Name => "tk-instruct";

        public override ImmutableArray<string> StopsAfterExamples => ["Positive Example", "Now complete the following example"];

        public override string Render(string instruction, ImmutableArray<Instance> examples, string input)
        {
            var prompt = new StringBuilder(Ended("Definition: " + PythonText.Strip(instruction))).Append("\n\n");
            for (var i = 0; i < examples.Length; i++)
            {
                // The spaces are the original's.
                prompt.Append($" Positive Example {i + 1} -\n{Ended("Input: " + PythonText.Strip(examples[i].Input))}\n{Ended(" Output: " + PythonText.Strip(examples[i].Output))}\n\n");
            }

            return prompt.Append($"Now complete the following example -\n{Ended("Input: " + PythonText.Strip(input))}\nOutput:").ToString();
        }

        static string Ended(string text) => char.IsAscii(text[^1]) && (char.IsPunctuation(text[^1]) || char.IsSymbol(text[^1])) ? text : text + ".";
    }

    sealed class PlainEncoding : PromptEncoding
    {
        public override string Name => "plain";

        public override ImmutableArray<string> StopsAfterExamples => ["\n\nInput:"];

        public override string Render(string instruction, ImmutableArray<Instance> examples, string input)
        {
            var prompt = new StringBuilder(PythonText.Strip(instruction));
            foreach (var example in examples)
            {
                prompt.Append($"\n\nInput: {example.Input}\nOutput: {example.Output}");
            }

            // With examples before, also an empty input has its line: the form must not change in the middle.
            return prompt.Append(input.Length > 0 || examples.Length > 0 ? $"\n\nInput: {input}\nOutput:" : "\nOutput:").ToString();
        }
    }
}
