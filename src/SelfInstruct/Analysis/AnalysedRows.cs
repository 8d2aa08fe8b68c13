using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;

namespace SelfInstruct.Analysis;

/// <summary>
/// Gathers the rows of a file: instruction with input and output (Alpaca and its relatives), with instances (seed
/// tasks), alone (a pool), or turns (messages, conversations). Instructions that are equal letter by letter are one.
/// </summary>
public sealed class AnalysedRows
{
    readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    readonly ImmutableArray<AnalysedInstruction>.Builder _instructions = ImmutableArray.CreateBuilder<AnalysedInstruction>();
    readonly ImmutableArray<AnalysedInstance>.Builder _instances = ImmutableArray.CreateBuilder<AnalysedInstance>();
    int _furtherTurns;
    int _systemTurns;

    /// <exception cref="InvalidDataException">A row of another kind, or a field of the wrong type; says where.</exception>
    /// <param name="row">One JSON object.</param>
    /// <param name="place">Named in errors.</param>
    public void Add(JsonObject row, string place)
    {
        try
        {
            AddRow(row, place);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair, or one key twice: found only when the object is looked at.
            throw new InvalidDataException($"{place}: {e.Message} Mend that object.", e);
        }
    }

    /// <param name="isClassification">Null where it is not said; the first time an instruction is met counts.</param>
    public void AddInstruction(string instruction, bool? isClassification) => IndexOf(instruction, isClassification);

    /// <inheritdoc cref="AddInstruction"/>
    public void AddExample(TrainingExample example, bool? isClassification) =>
        _instances.Add(new AnalysedInstance(IndexOf(example.Instruction, isClassification), example.Input, example.Output));

    /// <summary>What a row asks for, and whether it is a classification task where it says so.</summary>
    /// <inheritdoc cref="Add"/>
    public static (string Instruction, bool? IsClassification) ReadInstruction(JsonObject row, string place)
    {
        var one = new AnalysedRows();
        one.Add(row, place);
        return (one._instructions[0].Text, one._instructions[0].IsClassification);
    }

    /// <exception cref="InvalidDataException">There was no row.</exception>
    public AnalysedData ToData(string name)
    {
        if (_instructions.Count == 0)
        {
            throw new InvalidDataException($"{name}: holds no row. Give a file with an instruction, input and output on each line.");
        }

        return new AnalysedData(name, _instructions.ToImmutable(), _instances.ToImmutable(), Acceptance: null, [.. Notes()]);
    }

    void AddRow(JsonObject row, string place)
    {
        if (row.ContainsKey("completion"))
        {
            throw new InvalidDataException($"{place}: holds rows already laid out for training (field completion), from which instruction and input cannot be told apart. Analyze the run folder, or its finetuning/alpaca.jsonl.");
        }

        if (row.ContainsKey("raw_instances"))
        {
            throw new InvalidDataException($"{place}: holds instances that are not parsed yet (field raw_instances). Run prepare first, then analyze the folder.");
        }

        if (row["instances"] is JsonArray instances)
        {
            AddTask(row, instances, place);
        }
        else if (row.ContainsKey("messages") || row.ContainsKey("conversations"))
        {
            AddConversation(DatasetRow.Parse(row, place));
        }
        else if (row.ContainsKey("output"))
        {
            AddExample(DatasetRow.Parse(row, place).Example!, Classification(row));
        }
        else
        {
            IndexOf(Text(row, "instruction", place), Classification(row));
        }
    }

    void AddTask(JsonObject row, JsonArray instances, string place)
    {
        var instruction = IndexOf(Text(row, "instruction", place), Classification(row));
        for (var i = 0; i < instances.Count; i++)
        {
            var fields = instances[i] as JsonObject ?? throw new InvalidDataException($"{place}: instances[{i}] is not an object with input and output.");
            _instances.Add(new AnalysedInstance(instruction, fields["input"] is null ? "" : Text(fields, "input", place), Text(fields, "output", place)));
        }
    }

    /// <summary>The first question and its answer.</summary>
    void AddConversation(DatasetRow row)
    {
        var turns = row.Turns.Where(static turn => turn.Role != "system").ToList();
        _systemTurns += row.Turns.Length - turns.Count;
        var (user, assistant) = (turns.Find(static turn => turn.Role == "user"), turns.Find(static turn => turn.Role == "assistant"));
        AddExample(new TrainingExample(user?.Content ?? "", "", assistant?.Content ?? ""), isClassification: null);
        _furtherTurns += Math.Max(0, turns.Count - 2);
    }

    int IndexOf(string instruction, bool? isClassification)
    {
        if (_indices.TryGetValue(instruction, out var index))
        {
            return index;
        }

        _instructions.Add(new AnalysedInstruction(instruction, isClassification));
        return _indices[instruction] = _instructions.Count - 1;
    }

    IEnumerable<string> Notes()
    {
        if (_furtherTurns > 0)
        {
            yield return $"Of conversations, the first question and its answer are analysed; {_furtherTurns:N0} later turns are not.";
        }

        if (_systemTurns > 0)
        {
            yield return $"{_systemTurns:N0} system turns are not analysed.";
        }
    }

    static bool? Classification(JsonObject row) => row["is_classification"]?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    static string Text(JsonObject row, string field, string place) =>
        row[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new InvalidDataException(row.ContainsKey(field)
                ? $"{place}: {field} is not a text."
                : $"{place}: has the fields {string.Join(", ", row.Select(static pair => pair.Key))}. Known: instruction, with input and output, or instances; messages; conversations.");
}
