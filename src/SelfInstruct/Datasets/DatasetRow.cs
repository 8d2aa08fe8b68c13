using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace SelfInstruct.Datasets;

/// <param name="Learn">Whether the loss counts it; after such a piece the model also learns to stop.</param>
public sealed record TextPiece(string Text, bool Learn);

/// <summary>A row of training data, read from any of the formats that <see cref="ExportFormat"/> writes.</summary>
/// <param name="Format">Name of the format.</param>
/// <param name="Turns">The row as a conversation; roles are system, user and assistant, and the last turn is an assistant's.</param>
/// <param name="Example">Where the row has its fields apart.</param>
public sealed record DatasetRow(string Format, ImmutableArray<ChatTurn> Turns, TrainingExample? Example = null)
{
    const string EndOfText = "<|endoftext|>";
    const string Known = "prompt and completion; instruction, input and output; messages; conversations";

    /// <summary>Whether its prompt is text as it stands, rather than fields or turns to be laid out.</summary>
    public bool IsLaidOut => Format == "openai_completions";

    /// <summary>Recognised by its fields.</summary>
    /// <param name="row">One JSON object.</param>
    /// <param name="place">Named in errors.</param>
    /// <exception cref="InvalidDataException">No known fields, or something in them that cannot be learned from.</exception>
    public static DatasetRow Parse(JsonObject row, string place)
    {
        try
        {
            return row switch
            {
                _ when row.ContainsKey("completion") => Completion(row, place),
                _ when row.ContainsKey("messages") => Conversation("messages", row["messages"], "role", "content", place),
                _ when row.ContainsKey("conversations") => Conversation("sharegpt", row["conversations"], "from", "value", place),
                _ when row.ContainsKey("instruction") && row.ContainsKey("output") => Fields(row, place),
                _ => throw new InvalidDataException($"{place}: has the fields {string.Join(", ", row.Select(static field => field.Key))}. Known: {Known}."),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair, or one key twice: found only when the object is looked at.
            throw new InvalidDataException($"{place}: {e.Message} Mend that object.", e);
        }
    }

    /// <summary>
    /// The row as a base model reads it: text as it stands, fields in one of the paper's layouts (section 2.3), turns with a
    /// blank line after each that is not the assistant's.
    /// </summary>
    /// <param name="random">Draws the layout of a row with fields.</param>
    public ImmutableArray<TextPiece> Encode(Random random)
    {
        if (Example is { } example)
        {
            var encoded = EncodingTemplates.Encode(example, endOfText: "", random);
            return [new TextPiece(encoded.Prompt, false), new TextPiece(encoded.Completion, true)];
        }

        return IsLaidOut
            ? [.. Turns.Select(static turn => new TextPiece(turn.Content, turn.Role == "assistant"))]
            : [.. Turns.Select(static turn => turn.Role == "assistant" ? new TextPiece(turn.Content, true) : new TextPiece(turn.Content + "\n\n", false))];
    }

    /// <summary>GPT-3's end of text, which our export writes, is a token of its own here.</summary>
    static DatasetRow Completion(JsonObject row, string place)
    {
        var completion = Text(row, "completion", place);
        return new DatasetRow("openai_completions", [
            new ChatTurn("user", Text(row, "prompt", place)),
            new ChatTurn("assistant", completion.EndsWith(EndOfText, StringComparison.Ordinal) ? completion[..^EndOfText.Length] : completion)]);
    }

    static DatasetRow Fields(JsonObject row, string place)
    {
        var example = new TrainingExample(Text(row, "instruction", place), row["input"] is null ? "" : Text(row, "input", place), Text(row, "output", place));
        var user = example.Input.Trim() is { Length: > 0 } input ? $"{example.Instruction.Trim()}\n\n{input}" : example.Instruction.Trim();
        return new DatasetRow("alpaca", [new ChatTurn("user", user), new ChatTurn("assistant", example.Output.Trim())], example);
    }

    static DatasetRow Conversation(string format, JsonNode? turns, string role, string content, string place)
    {
        if (turns is not JsonArray { Count: > 0 } array)
        {
            throw new InvalidDataException($"{place}: {(format == "messages" ? "messages" : "conversations")} is not a list of turns.");
        }

        ImmutableArray<ChatTurn> read = [.. array.Select((turn, i) => Turn(turn, role, content, $"{place}: turn {i + 1}"))];
        if (read.Skip(1).Any(static turn => turn.Role == "system"))
        {
            throw new InvalidDataException($"{place}: has a system turn behind the first; no chat template has a place for it.");
        }

        return read[^1].Role == "assistant"
            ? new DatasetRow(format, read)
            : throw new InvalidDataException($"{place}: ends with a turn of {read[^1].Role}; there is nothing to learn after it. End it with the assistant's.");
    }

    static ChatTurn Turn(JsonNode? turn, string role, string content, string place)
    {
        if (turn is not JsonObject fields)
        {
            throw new InvalidDataException($"{place} is not an object with {role} and {content}.");
        }

        var name = Text(fields, role, place);
        return new ChatTurn(
            name switch
            {
                "system" or "developer" => "system",
                "user" or "human" => "user",
                "assistant" or "gpt" or "chatgpt" => "assistant",
                _ => throw new InvalidDataException($"{place}: {role} is {name}; system, user (human) and assistant (gpt) are learned from."),
            },
            Text(fields, content, place));
    }

    static string Text(JsonObject row, string field, string place) =>
        row[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new InvalidDataException($"{place}: {field} is {(row[field] is null ? "missing" : "not a text")}.");
}
