using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;

namespace SelfInstruct.Trainers;

/// <summary>Rows for a trainer, some of them held out.</summary>
/// <param name="IsChat">Rows are turns for the model's chat template; else prompts and completions as they stand.</param>
public sealed record TrainerData(bool IsChat, ImmutableArray<DatasetRow> Train, ImmutableArray<DatasetRow> HeldOut, int Seed)
{
    /// <summary>Rows with more to learn than their last turn.</summary>
    public int ManyAnswers => Train.Concat(HeldOut).Count(static row => row.Turns.Count(static turn => turn.Role == "assistant") > 1);

    /// <exception cref="InvalidDataException">Conversations and laid-out text in one file; no trainer takes both at once.</exception>
    public static TrainerData Split(ImmutableArray<DatasetRow> rows, TrainerRecipe recipe) => Split(rows, recipe.HeldOutShare, recipe.Seed);

    /// <inheritdoc cref="Split(ImmutableArray{DatasetRow}, TrainerRecipe)"/>
    public static TrainerData Split(ImmutableArray<DatasetRow> rows, double heldOutShare, int seed)
    {
        var chat = rows.Count(static row => row.Format is "messages" or "sharegpt");
        if (chat > 0 && chat < rows.Length)
        {
            throw new InvalidDataException($"{chat} of {rows.Length} rows are conversations and the others are not; give a file with rows of one kind.");
        }

        int[] order = [.. Enumerable.Range(0, rows.Length)];
        new CounterRandom(seed, "held-out", 0, 0).Shuffle(order);
        var held = heldOutShare > 0 ? Math.Max(1, (int)Math.Round(heldOutShare * rows.Length)) : 0;
        return held < rows.Length
            ? new TrainerData(chat > 0, [.. order[held..].Order().Select(i => rows[i])], [.. order[..held].Order().Select(i => rows[i])], seed)
            : throw new InvalidDataException($"All of the {rows.Length} rows would be held out; give a smaller --held-out.");
    }

    /// <summary>train.jsonl, and held_out.jsonl under the given name where rows are held out.</summary>
    /// <param name="render">A row for the trainer; gets the row's prompt and completion where it is not a chat.</param>
    public void Write(string folder, string heldOutName, Func<DatasetRow, PromptAndCompletion, JsonObject> render)
    {
        Directory.CreateDirectory(folder);
        WriteRows("train.jsonl", Train);
        if (!HeldOut.IsEmpty)
        {
            WriteRows(heldOutName, HeldOut);
        }

        void WriteRows(string name, ImmutableArray<DatasetRow> rows) =>
            JsonLines.WriteAll(Path.Combine(folder, name), rows.Select((row, place) => render(row, Encode(row, place))), TaskJson.Format.JsonObject);
    }

    public static JsonArray Messages(IEnumerable<ChatTurn> turns) =>
        [.. turns.Select(static turn => (JsonNode)new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content })];

    /// <summary>As a base model reads it.</summary>
    /// <param name="place">In its file; with the seed it draws the layout of a row with fields.</param>
    public PromptAndCompletion Encode(DatasetRow row, int place)
    {
        var pieces = row.Encode(new CounterRandom(Seed, "encode", 0, place));
        return new PromptAndCompletion(string.Concat(pieces[..^1].Select(static piece => piece.Text)), pieces[^1].Text);
    }
}
