using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Tasks;

namespace SelfInstruct.Trainers;

/// <summary>Rows as OpenAI's fine-tuning reads them.</summary>
/// <param name="Train">JSON lines: messages for a chat model, prompt and completion for a base model.</param>
/// <param name="HeldOut">The same; null: none.</param>
/// <param name="Examples">Rows of <paramref name="Train"/>.</param>
/// <param name="Tokens">An upper estimate of one epoch.</param>
public sealed record HostedData(ReadOnlyMemory<byte> Train, ReadOnlyMemory<byte>? HeldOut, int Examples, int HeldOutExamples, long Tokens)
{
    /// <summary>OpenAI takes no fewer.</summary>
    public const int LeastExamples = 10;

    const string EndOfText = "<|endoftext|>";

    /// <param name="rows">Any format.</param>
    /// <param name="isChat">Of the model.</param>
    /// <param name="heldOutShare">From 0 to below 1.</param>
    /// <param name="seed">Decides what is held out, and the layout of rows with fields for a base model.</param>
    /// <exception cref="InvalidDataException">Too few rows, or rows of several kinds.</exception>
    public static HostedData Of(ImmutableArray<DatasetRow> rows, bool isChat, double heldOutShare, int seed)
    {
        var data = TrainerData.Split(rows, heldOutShare, seed);
        if (data.Train.Length < LeastExamples)
        {
            throw new InvalidDataException($"{data.Train.Length} examples are too few: the provider trains on {LeastExamples} at least.");
        }

        var tokens = data.Train.Sum(static row => row.Turns.Sum(static turn => (long)TokenEstimate.Of(turn.Content)));
        return new HostedData(
            Write(data, data.Train, isChat), data.HeldOut.IsEmpty ? default(ReadOnlyMemory<byte>?) : Write(data, data.HeldOut, isChat), data.Train.Length, data.HeldOut.Length, tokens);
    }

    static ReadOnlyMemory<byte> Write(TrainerData data, ImmutableArray<DatasetRow> rows, bool isChat)
    {
        var lines = new ArrayBufferWriter<byte>();
        for (var place = 0; place < rows.Length; place++)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(isChat ? Chat(rows[place]) : Text(data.Encode(rows[place], place)), TaskJson.Format.JsonObject));
            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    static JsonObject Chat(DatasetRow row) => new() { ["messages"] = TrainerData.Messages(row.Turns) };

    /// <summary>The end is written out, as our export does and as GPT-3's fine-tuning wants it.</summary>
    static JsonObject Text(PromptAndCompletion encoded) => new() { ["prompt"] = encoded.Prompt, ["completion"] = encoded.Completion + EndOfText };
}
