using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature;

/// <summary>What training never sees: one instruction in ten, and one input in sixteen of each family and slots.</summary>
public static class HoldOut
{
    const uint InstructionShare = 10;
    const uint InputShare = 16;

    public static bool IsHeldOut(string instruction) => Hash(instruction) % InstructionShare == 0;

    /// <summary>False where the answer is a fact to remember, or there is no input.</summary>
    public static bool IsHeldOut(TaskFamily family, Slots slots, string input) =>
        family.NeedsInput && !family.IsMemorised && Hash($"{family.Name}|{slots}|{input}") % InputShare == 0;

    /// <summary>FNV-1a with a final mix; string.GetHashCode differs from process to process.</summary>
    static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        return hash ^ (hash >> 13);
    }
}
