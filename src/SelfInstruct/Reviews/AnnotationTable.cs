using System.Collections.Immutable;
using SelfInstruct.Tasks;

namespace SelfInstruct.Reviews;

/// <summary>
/// The annotations that stand, a fold of ratings.jsonl: of several by one rater on one response the last; after a skip
/// only the skip; after a skip and an answer only the answer. Not thread-safe.
/// </summary>
public sealed class AnnotationTable
{
    readonly OrderedDictionary<AnnotationSubject, ImmutableArray<Annotation>> _standing = [];

    /// <summary>In order of first sight of their subjects.</summary>
    public IEnumerable<Annotation> Standing => _standing.Values.SelectMany(static annotations => annotations);

    /// <exception cref="InvalidDataException">A line that is no annotation; says which.</exception>
    /// <param name="path">No file, no annotations.</param>
    public static AnnotationTable Read(string path)
    {
        var table = new AnnotationTable();
        foreach (var line in File.Exists(path) ? JsonLines.Read(path, ReviewJson.Format.Annotation) : [])
        {
            table.Add(line.Value);
        }

        return table;
    }

    public void Add(Annotation annotation)
    {
        var before = Find(annotation.Subject);
        _standing[annotation.Subject] = annotation.Skipped is not null
            ? [annotation]
            : [.. before.Where(other => other.Skipped is null && other.Model != annotation.Model), annotation];
    }

    /// <summary>Empty where the rater has said nothing of it.</summary>
    public ImmutableArray<Annotation> Find(AnnotationSubject subject) => _standing.TryGetValue(subject, out var found) ? found : [];
}
