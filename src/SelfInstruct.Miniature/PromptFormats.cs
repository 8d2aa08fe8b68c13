namespace SelfInstruct.Miniature;

/// <summary>The exact words around tasks, shared by the corpus and the prompts: the model completes what it was trained on.</summary>
public static class PromptFormats
{
    public const string InstructionsHeader = "Write a list of varied tasks:";

    public const string ClassificationHeader =
        "Say for each task whether it is a classification task, that is, whether its output is one of a few fixed labels.";

    public const string InputFirstHeader =
        "Write examples for each of the tasks below, several where possible. Where a task needs no input, write its output at once.";

    public const string OutputFirstHeader =
        "Write an input for each class label of each of the tasks below. Where a task needs no input, write only the class labels.";

    public const string Task = "Task:";

    public const string Question = "Is it classification?";

    public const string Yes = "Yes";

    public const string No = "No";

    public const string Example = "Example";

    public const string Input = "Input:";

    public const string Output = "Output:";

    public const string ClassLabel = "Class label:";
}
