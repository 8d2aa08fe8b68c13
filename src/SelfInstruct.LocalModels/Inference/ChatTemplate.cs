using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>
/// How a conversation becomes tokens. Models bring a Jinja program; the common ones are recognised by what they contain
/// and done here. What a turn says is text only: it never becomes a control token.
/// </summary>
/// <param name="DefaultSystem">The system message when a conversation has none; null: none.</param>
public sealed partial record ChatTemplate(ChatForm Form, string? DefaultSystem)
{
    /// <returns>Null: no template, or one of an unknown form.</returns>
    public static ChatTemplate? Recognize(Vocabulary vocabulary)
    {
        var text = vocabulary.ChatTemplate ?? "";
        ChatForm? form = Has("<|im_start|>") ? ChatForm.ChatML
            : Has("<|start_header_id|>") && Has("<|end_header_id|>") ? (Has("Cutting Knowledge Date") ? ChatForm.Llama31 : ChatForm.Llama3)
            : Has("[SYSTEM_PROMPT]") ? null
            : Has("[INST]") ? (Has("<<SYS>>") ? ChatForm.Llama2 : Has("[AVAILABLE_TOOLS]") ? ChatForm.MistralV3 : ChatForm.Mistral)
            : Has("<|user|>") && Has("<|assistant|>") && (Has("eos_token") || Has("</s>")) ? ChatForm.Zephyr
            : null;
        return form is { } known ? new(known, known is ChatForm.ChatML && SystemOfChatML().Match(text) is { Success: true } found ? found.Groups["system"].Value : null) : null;

        bool Has(string part) => text.Contains(part, StringComparison.Ordinal);
    }

    /// <summary>Tokens behind the start of text, up to where the assistant's next turn begins.</summary>
    /// <param name="turns">Roles system (first only), user and assistant.</param>
    /// <exception cref="InvalidDataException">An unknown role, or one out of place.</exception>
    public int[] Encode(BytePairTokenizer tokenizer, ImmutableArray<ChatTurn> turns)
    {
        var tokens = new List<int>();
        var text = "";
        foreach (var (part, isControl) in Render(turns, NameOf(tokenizer, tokenizer.EndOfText), NameOf(tokenizer, tokenizer.Vocabulary.StartOfText)))
        {
            // A name that this vocabulary has no control token for is plain text to the model.
            if (isControl && tokenizer.ControlToken(part) is { } control)
            {
                tokens.AddRange(tokenizer.Encode(text));
                tokens.Add(control);
                text = "";
            }
            else
            {
                text += part;
            }
        }

        tokens.AddRange(tokenizer.Encode(text));
        return [.. tokens];
    }

    /// <returns>Pieces in order; those that are control names, and those that are text.</returns>
    internal IEnumerable<(string Text, bool IsControl)> Render(ImmutableArray<ChatTurn> turns, string endOfText, string startOfText)
    {
        var system = turns is [{ Role: "system" } first, ..] ? first.Content : DefaultSystem;
        ChatTurn[] others = turns is [{ Role: "system" }, ..] ? [.. turns[1..]] : [.. turns];
        if (Array.Find(others, turn => turn.Role is not ("user" or "assistant")) is { } wrong)
        {
            throw new InvalidDataException($"a turn has the role {wrong.Role}; a conversation is at most one system turn in front, then user and assistant.");
        }

        return Form switch
        {
            ChatForm.ChatML => ChatML(system, others),
            ChatForm.Llama3 or ChatForm.Llama31 => Llama3(system, others),
            ChatForm.Zephyr => Zephyr(system, others, endOfText),
            _ => Instructed(system, others, endOfText, startOfText),
        };
    }

    static string NameOf(BytePairTokenizer tokenizer, int? token) => token is { } id ? tokenizer.Vocabulary.Tokens[id] : "";

    static IEnumerable<(string, bool)> ChatML(string? system, ChatTurn[] turns)
    {
        foreach (var turn in WithSystem(system, turns))
        {
            yield return ("<|im_start|>", true);
            yield return ($"{turn.Role}\n{turn.Content}", false);
            yield return ("<|im_end|>", true);
            yield return ("\n", false);
        }

        yield return ("<|im_start|>", true);
        yield return ("assistant\n", false);
    }

    IEnumerable<(string, bool)> Llama3(string? system, ChatTurn[] turns)
    {
        // The template's own day, where it would take today's: the same conversation must give the same tokens.
        system = Form is ChatForm.Llama31 ? "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n" + system?.Trim() : system;
        foreach (var turn in WithSystem(system, turns))
        {
            yield return ("<|start_header_id|>", true);
            yield return (turn.Role, false);
            yield return ("<|end_header_id|>", true);
            yield return ("\n\n" + (turn.Role is "system" && Form is ChatForm.Llama31 ? turn.Content : turn.Content.Trim()), false);
            yield return ("<|eot_id|>", true);
        }

        yield return ("<|start_header_id|>", true);
        yield return ("assistant", false);
        yield return ("<|end_header_id|>", true);
        yield return ("\n\n", false);
    }

    static IEnumerable<(string, bool)> Zephyr(string? system, ChatTurn[] turns, string endOfText)
    {
        foreach (var turn in WithSystem(system, turns))
        {
            yield return ($"<|{turn.Role}|>", true);
            yield return ("\n" + turn.Content, false);
            yield return (endOfText, true);
            yield return ("\n", false);
        }

        yield return ("<|assistant|>", true);
        yield return ("\n", false);
    }

    /// <summary>Llama 2 and Mistral: [INST] question [/INST] answer; the system message is part of the first question.</summary>
    IEnumerable<(string, bool)> Instructed(string? system, ChatTurn[] turns, string endOfText, string startOfText)
    {
        for (var i = 0; i < turns.Length; i++)
        {
            if (turns[i].Role is "user" != (i % 2 == 0))
            {
                throw new InvalidDataException($"turn {i + 1} is the {turns[i].Role}'s; this model takes user and assistant in turn, the user first.");
            }

            if (turns[i].Role is "assistant")
            {
                yield return (Form is ChatForm.Llama2 ? $" {turns[i].Content.Trim()} " : " " + turns[i].Content.Trim(), false);
                yield return (endOfText, true);
                continue;
            }

            var content = i > 0 || system is null ? turns[i].Content
                : Form is ChatForm.Llama2 ? $"<<SYS>>\n{system}\n<</SYS>>\n\n{turns[i].Content}"
                : $"{system}\n\n{turns[i].Content}";
            if (i > 0 && Form is ChatForm.Llama2)
            {
                yield return (startOfText, true);
            }

            yield return ("[INST]", true);
            yield return ($" {content.Trim()}{(Form is ChatForm.MistralV3 ? "" : " ")}", false);
            yield return ("[/INST]", true);
        }
    }

    static IEnumerable<ChatTurn> WithSystem(string? system, ChatTurn[] turns) => system is null ? turns : [new ChatTurn("system", system), .. turns];

    /// <summary>Templates of Qwen2 and SmolLM2 write it out, with the end of the line escaped.</summary>
    [GeneratedRegex("""<\|im_start\|>system(?:\\n|\n)(?<system>[^'"{}<>\\]+)<\|im_end\|>""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SystemOfChatML();
}

/// <summary>Forms of conversation that are known by their template.</summary>
public enum ChatForm
{
    ChatML,
    Llama3,

    /// <summary>Llama 3.1 and 3.2: as Llama 3, with dates in front of the system message.</summary>
    Llama31,
    Llama2,

    /// <summary>Mistral 7B v0.1 and v0.2.</summary>
    Mistral,

    /// <summary>Mistral 7B v0.3.</summary>
    MistralV3,
    Zephyr,
}
