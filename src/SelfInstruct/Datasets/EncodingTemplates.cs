using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace SelfInstruct.Datasets;

/// <param name="Prompt">What the model is given; the loss does not count it (prompt_loss_weight 0).</param>
/// <param name="Completion">What it learns to write.</param>
public sealed record PromptAndCompletion(string Prompt, string Completion);

/// <summary>A layout: markers for the fields, and whether the completion begins with a space, as after "Output:".</summary>
public sealed record EncodingTemplate(string Layout, bool SpaceBeforeOutput);

/// <summary>The 7 + 6 layouts of the paper's section 2.3: varied, so that the model does not lean on one.</summary>
public static partial class EncodingTemplates
{
    public static ImmutableArray<EncodingTemplate> WithInput { get; } =
    [
        new("{instruction}\nInput: {input}\nOutput:", true),
        new("{instruction}\n\nInput: {input}\n\nOutput:", true),
        new("Task: {instruction}\nInput: {input}\nOutput:", true),
        new("{instruction}\n\n{input}\n\nOutput:", true),
        new("{instruction}\n\n{input}\n\n", false),
        new("{instruction}\n{input}\n\n", false),
        new("Task: {instruction}\n\n{input}\n\n", false),
    ];

    public static ImmutableArray<EncodingTemplate> WithoutInput { get; } =
    [
        new("{instruction} Output:", true),
        new("{instruction}\nOutput:", true),
        new("{instruction}\n\nOutput:", true),
        new("{instruction}\n", false),
        new("{instruction}\n\n", false),
        new("Task: {instruction}\n\n", false),
    ];

    /// <summary>One of the layouts at random; half of the time a lone leading field name and blank lines go from the input first.</summary>
    public static PromptAndCompletion Encode(TrainingExample example, string endOfText, Random random) => Encode(example, endOfText, RowEncoding.Paper, random);

    /// <summary>One of the layouts at random, half of the inputs cleaned first.</summary>
    public static PromptAndCompletion Encode(TrainingExample example, string endOfText, RowEncoding encoding, Random random)
    {
        var input = random.NextDouble() < 0.5 ? encoding.CleanInput(example.Input) : example.Input;
        var templates = encoding.Strip(input).Length > 0 ? WithInput : WithoutInput;
        return Encode(example with { Input = input }, templates[random.Next(templates.Length)], endOfText, encoding.Strip);
    }

    /// <summary>Fields are trimmed; what stands in them is never taken for a marker.</summary>
    public static PromptAndCompletion Encode(TrainingExample example, EncodingTemplate template, string endOfText) =>
        Encode(example, template, endOfText, RowEncoding.Paper.Strip);

    /// <param name="example">What to lay out.</param>
    /// <param name="template">Which layout.</param>
    /// <param name="endOfText">Ends the completion.</param>
    /// <param name="strip">Applied to the fields.</param>
    public static PromptAndCompletion Encode(TrainingExample example, EncodingTemplate template, string endOfText, Func<string, string> strip)
    {
        var prompt = Marker().Replace(
            template.Layout, marker => marker.ValueSpan is "{input}" ? strip(example.Input) : strip(example.Instruction));
        return new PromptAndCompletion(prompt, (template.SpaceBeforeOutput ? " " : "") + strip(example.Output) + endOfText);
    }

    /// <summary>"Sentence: The cat …" becomes "The cat …" when no other "name:" follows; two line feeds become one.</summary>
    public static string RemoveLoneFieldName(string input) =>
        (FieldName().Count(input) == 1 ? LeadingFieldName().Replace(input, "").Trim() : input).Replace("\n\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\{(instruction|input)\}")]
    private static partial Regex Marker();

    // White space must follow, or an address would lose its "https:".
    [GeneratedRegex(@"^\p{L}[\w ]{0,30}:(?=\s)", RegexOptions.Multiline)]
    private static partial Regex FieldName();

    [GeneratedRegex(@"^\p{L}[\w ]{0,30}:\s")]
    private static partial Regex LeadingFieldName();
}
