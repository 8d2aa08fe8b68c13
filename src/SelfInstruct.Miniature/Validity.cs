using SelfInstruct.Datasets;

namespace SelfInstruct.Miniature;

/// <summary>
/// What a person judged on 200 examples in the paper (Table 2), judged by the world on all: counts of rows. An instruction the
/// world does not say is not a valid task here, though it may be a sound one: the world cannot tell.
/// </summary>
/// <param name="Rows">Judged.</param>
/// <param name="TaskValid">The instruction is one the world says.</param>
/// <param name="InputFits">And the input is one it understands; none where none is needed.</param>
/// <param name="OutputRight">And so is the output.</param>
public sealed record Validity(int Rows, int TaskValid, int InputFits, int OutputRight)
{
    public static Validity Of(IEnumerable<TrainingExample> rows)
    {
        var (count, valid, fits, right) = (0, 0, 0, 0);
        var random = new Random(1);
        foreach (var row in rows)
        {
            count++;
            if (World.Recognise(row.Instruction) is { } task)
            {
                valid++;
                fits += task.Family.Answer(random, task.Slots, row.Input) is null ? 0 : 1;
                right += task.Family.IsRight(task.Slots, row.Input, row.Output) ? 1 : 0;
            }
        }

        return new(count, valid, fits, right);
    }

    /// <summary>Per cent of all rows.</summary>
    public double Percent(int count) => Rows == 0 ? 0 : 100.0 * count / Rows;
}
