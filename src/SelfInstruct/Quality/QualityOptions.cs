using System.Collections.Immutable;

namespace SelfInstruct.Quality;

/// <summary>Which rules an instance must pass to join the dataset of a run; what fails is a line of rejected.jsonl.</summary>
public sealed record QualityOptions
{
    /// <summary>Names of <see cref="QualityRules"/>, asked in order; none in every profile but `modern`.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>ISO 639-1; null: an output should be in the script of its instruction.</summary>
    public string? Language { get; init; }

    /// <summary>Files of words for the rule `unsafe`.</summary>
    public ImmutableArray<string> WordLists { get; init; } = [];

    /// <exception cref="InvalidDataException">A file of words is missing or empty.</exception>
    public QualityContext ReadContext() => new(Language, WordLists is [] ? null : WordList.Load(WordLists));
}
