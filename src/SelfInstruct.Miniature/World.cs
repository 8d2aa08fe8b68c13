using System.Collections.Immutable;
using SelfInstruct.Miniature.Families;
using SelfInstruct.Miniature.Language;

namespace SelfInstruct.Miniature;

/// <summary>A family, and the slots of one of its instructions.</summary>
public sealed record Recognised(TaskFamily Family, Slots Slots);

/// <summary>Every task that the starter's small world knows.</summary>
public static class World
{
    public static ImmutableArray<TaskFamily> Families { get; } =
    [
        .. Spelling.Families,
        .. Meanings.Families,
        .. Lists.Families,
        .. Rewriting.Families,
        .. Sentences.Families,
        .. Finding.Families,
        .. Numbers.Families,
        .. Writing.Families,
        .. DailyLife.Families,
        .. WordLabels.Families,
        .. SentenceLabels.Families,
        .. SceneLabels.Families,
        .. Unmet.Families,
    ];

    /// <summary>Finds the family that phrases its task exactly so; null for an instruction the world never says.</summary>
    public static Recognised? Recognise(string instruction)
    {
        foreach (var family in Families)
        {
            if (family.Recognise(instruction) is { } slots)
            {
                return new(family, slots);
            }
        }

        return null;
    }
}
