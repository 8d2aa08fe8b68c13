using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Miniature;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli;

/// <summary>What the starter's world says of the data of a run, beside what the paper's authors said of 200 of theirs (Table 2).</summary>
static class ValidityReport
{
    public static JsonObject Show(RunFolder folder)
    {
        var rows = JsonLines.Read(folder.Instances, TaskJson.Format.GeneratedInstance)
            .Select(static line => new TrainingExample(line.Value.Instruction, line.Value.Input, line.Value.Output));
        var validity = Validity.Of(rows);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Of {validity.Rows:N0} instances, by the world the model comes from: {validity.Percent(validity.TaskValid):0} % are of a task it says word for word, {validity.Percent(validity.InputFits):0} % with an input that fits, {validity.Percent(validity.OutputRight):0} % with the right output too (paper, 200 judged by an author: 92, 79 and 54 %)."));
        return new JsonObject
        {
            ["rows"] = validity.Rows,
            ["task_valid"] = validity.TaskValid,
            ["input_fits"] = validity.InputFits,
            ["output_right"] = validity.OutputRight,
        };
    }
}
