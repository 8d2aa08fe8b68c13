using System.Collections.Immutable;

namespace SelfInstruct.Miniature;

/// <summary>
/// Which families are met where. Seed tasks and gold data come from a minority, or tuning on them would be as good as on
/// generated data; the others are met in pretraining, in demonstrations only, as GPT-3 had met most tasks of the evaluation;
/// a few are met nowhere before they are asked for.
/// </summary>
public static class FamilySets
{
    static readonly string[] SeedNames =
    [
        "letter-at-end", "count-letters", "opposite", "plural", "animal-sound", "item-at", "reverse-list", "remove-word",
        "list-sentence", "he-to-she", "negation", "replace-color", "add-adjective", "end-mark", "join-people", "find-name",
        "find-place", "answer-where", "add", "larger-number", "name-some", "letter", "story", "birthday", "dialogue",
        "sentence-with", "sentiment", "word-kind", "odd-even", "question-statement", "topic", "has-animal", "same-different",
    ];

    /// <summary>Added when the starter's text was written.</summary>
    static readonly string[] StrictNames =
    [
        "every-second", "both-ends", "twice-each", "join-or", "move-front-back", "behead", "backwards", "plus-ten",
        "twice-number", "replace-place", "find-clothing", "two-to-one", "has-color", "one-two-people", "same-start", "number-size",
        "say-sorry", "wish-job",
    ];

    /// <summary>Of seed tasks, prompts and gold data; in pretraining too.</summary>
    public static ImmutableArray<TaskFamily> Seeds { get; } = [.. World.Families.Where(static family => SeedNames.Contains(family.Name))];

    /// <summary>Nowhere before the evaluation.</summary>
    public static ImmutableArray<TaskFamily> Strict { get; } = [.. World.Families.Where(static family => StrictNames.Contains(family.Name))];

    /// <summary>In pretraining and in the evaluation, never among seed tasks, prompts and gold data.</summary>
    public static ImmutableArray<TaskFamily> Evaluation { get; } = [.. World.Families.Except(Seeds).Except(Strict)];

    /// <summary>Of the pretraining text.</summary>
    public static ImmutableArray<TaskFamily> Pretraining { get; } = [.. World.Families.Except(Strict)];
}
