using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Datasets;

/// <summary>A training row in the shapes that trainers read.</summary>
/// <param name="Example">The task as it is.</param>
/// <param name="Encoded">The same in one of the paper's layouts.</param>
public sealed record TrainingRow(TrainingExample Example, PromptAndCompletion Encoded);

/// <summary>A file format: its name is the file's, finetuning/NAME.jsonl.</summary>
public sealed record ExportFormat(string Name, Func<TrainingRow, JsonElement> Render)
{
    public static ImmutableArray<ExportFormat> All { get; } =
    [
        new("openai_completions", static row => Element(row.Encoded, DatasetJson.Format.PromptAndCompletion)),
        new("openai_chat", static row => Element(Chat(row), DatasetJson.Format.ChatRow)),
        new("alpaca", static row => Element(row.Example, DatasetJson.Format.TrainingExample)),
        new("sharegpt", static row => Element(Conversation(row), DatasetJson.Format.ConversationRow)),
        new("messages", static row => Element(Chat(row), DatasetJson.Format.ChatRow)),
    ];

    static ChatRow Chat(TrainingRow row) => new([new ChatTurn("user", UserText(row.Example)), new ChatTurn("assistant", row.Example.Output.Trim())]);

    static ConversationRow Conversation(TrainingRow row) =>
        new([new ConversationTurn("human", UserText(row.Example)), new ConversationTurn("gpt", row.Example.Output.Trim())]);

    static string UserText(TrainingExample example) =>
        example.Input.Trim() is { Length: > 0 } input ? $"{example.Instruction.Trim()}\n\n{input}" : example.Instruction.Trim();

    static JsonElement Element<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToElement(value, type);
}

public sealed record ChatRow(ImmutableArray<ChatTurn> Messages);

public sealed record ChatTurn(string Role, string Content);

public sealed record ConversationRow(ImmutableArray<ConversationTurn> Conversations);

public sealed record ConversationTurn(string From, string Value);
