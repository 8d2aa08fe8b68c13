using System.Collections.Immutable;
using SelfInstruct.Models;

namespace SelfInstruct.Instructions;

/// <summary>How instructions stand in a prompt, how they are read out of a completion, and which are rejected.</summary>
/// <param name="Name">The value of the setting instructions.reading.</param>
/// <param name="ToListItem">An instruction as one line of the prompt's list.</param>
/// <param name="Parse">Candidates in order, blank ones left out.</param>
/// <param name="Rules">Asked in order; the first that rejects is named.</param>
public sealed record InstructionReading(
    string Name,
    Func<string, string> ToListItem,
    Func<Completion, IEnumerable<CandidateInstruction>> Parse,
    ImmutableArray<InstructionRule> Rules)
{
    /// <summary>The prompt asks in words, and a chat model is sent it as it is; otherwise the list is to be continued.</summary>
    public bool IsMessage { get; init; }

    /// <summary>Prompt and completion hold whole tasks; no further step asks the model.</summary>
    public bool ShowsInstances { get; init; }

    /// <summary>Keeps case but for the first letter; only the last candidate of a completion can be cut off.</summary>
    public static InstructionReading Paper { get; } = new("paper", InstructionPrompt.ToListItem, InstructionPrompt.Parse, InstructionRules.Paper);

    /// <summary>The published code, quirk for quirk.</summary>
    public static InstructionReading Released { get; } =
        new("released", ReleasedInstructions.ToListItem, ReleasedInstructions.Parse, ReleasedInstructions.Rules);

    /// <summary>For chat models: tolerant of the list's form, strict about refusals and the like.</summary>
    public static InstructionReading Modern { get; } =
        new("modern", InstructionPrompt.ToListItem, ModernInstructions.Parse, ModernInstructions.Rules) { IsMessage = true };

    /// <summary>Stanford Alpaca's: an input and an output with every instruction.</summary>
    public static InstructionReading Alpaca { get; } =
        new("alpaca", ReleasedInstructions.ToListItem, AlpacaInstructions.Parse, AlpacaInstructions.Rules) { ShowsInstances = true };

    public static ImmutableArray<InstructionReading> All { get; } = [Paper, Released, Modern, Alpaca];
}
