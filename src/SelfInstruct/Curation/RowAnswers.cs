using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Datasets;
using SelfInstruct.Models;
using SelfInstruct.Prompts;
using SelfInstruct.Runs;

namespace SelfInstruct.Curation;

/// <summary>A model's answer to the instruction of a row.</summary>
/// <param name="Text">Without white space around it.</param>
/// <param name="Fault">Named reason why it cannot be used; null: it can.</param>
/// <param name="Completion">Key of the completion; empty where nothing was asked.</param>
public sealed record RowAnswer(string Text, string? Fault, string Completion);

/// <summary>Puts the instruction and input of rows to a model: as a message to a chat model, else in the paper's first layout, which the model continues.</summary>
/// <param name="log">Asks the model.</param>
/// <param name="maxTokens">Of an answer, or what the context leaves for it.</param>
/// <param name="stage">Under which it is recorded.</param>
public sealed class RowAnswers(CompletionLog log, int maxTokens, string stage)
{
    /// <summary>Where a model that continues text goes on to a task of its own.</summary>
    static readonly ImmutableArray<string> NextTask = ["\nInput:", "\nTask:", "\nInstruction:", "\nExample"];

    public async Task<RowAnswer> AskAsync(TrainingExample row, int round, int slot, CancellationToken cancellationToken)
    {
        var prompt = Prompt(row, log.Model);
        if (PromptFitting.FindRoom(prompt, log.Model, maxTokens) is not { } room)
        {
            return new RowAnswer("", "prompt_too_long", "");
        }

        var isChat = log.Model.IsChat;
        var sampling = new Sampling(Temperature: 0, TopP: 1, FrequencyPenalty: 0, PresencePenalty: 0, room, isChat ? [] : NextTask, Seed: 0);
        var answer = await log.CompleteAsync(new CompletionRequest(prompt, sampling) { IsMessage = isChat, Origin = new RequestOrigin(stage, round, slot, 0) }, cancellationToken).ConfigureAwait(false);
        var text = answer.Text.Trim();
        return new RowAnswer(text, FindFault(text, answer.FinishReason), answer.Key);
    }

    public static string Prompt(TrainingExample row, ILanguageModel model)
    {
        var hasInput = row.Input.Trim().Length > 0;
        return model.IsChat
            ? hasInput ? $"{row.Instruction.Trim()}\n\n{row.Input.Trim()}" : row.Instruction.Trim()
            : EncodingTemplates.Encode(row, hasInput ? EncodingTemplates.WithInput[0] : EncodingTemplates.WithoutInput[1], endOfText: "").Prompt;
    }

    static string? FindFault(string text, string finishReason) => finishReason == Completion.ContentFilter ? Completion.ContentFilter
        : Completion.EndsEarly(finishReason) ? "cut_off"
        : AnswerFaults.IsEmpty(text) ? "empty"
        : !text.Any(static c => char.IsLetterOrDigit(c) || char.IsSymbol(c)) ? "no_content"
        : AnswerFaults.IsRefusal(text) ? "refusal"
        : AnswerFaults.MentionsAI(text) ? "mentions_ai"
        : AnswerFaults.IsRepeated(text) ? "repeated_text"
        : null;
}
