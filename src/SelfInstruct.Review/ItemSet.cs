using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.Reviews;
using SelfInstruct.Runs;

namespace SelfInstruct.Review;

/// <summary>
/// The items of a review, in an order of each annotator's own. What an annotator's page is told of an item or of a
/// response is a keyed hash: it tells nothing of the model, and is the same after a restart or when items were added.
/// </summary>
public sealed class ItemSet
{
    readonly long _seed;
    readonly byte[] _secret;
    readonly ImmutableArray<string> _handles;
    readonly Dictionary<string, int> _indices;
    readonly Dictionary<AnnotationSubject, int> _subjects;
    readonly ConcurrentDictionary<string, ImmutableArray<int>> _orders = new(StringComparer.Ordinal);

    /// <param name="task">Of all items.</param>
    /// <param name="items">No two of one subject.</param>
    /// <param name="seed">Of orders.</param>
    /// <param name="secret">Keys the hashes.</param>
    public ItemSet(ReviewTask task, ImmutableArray<ReviewItem> items, long seed, ReadOnlySpan<byte> secret)
    {
        (Task, Items, _seed, _secret) = (task, items, seed, secret.ToArray());
        _handles = [.. items.Select(item => Hash("item", SubjectOf(item, "")))];
        _subjects = Enumerable.Range(0, items.Length).ToDictionary(i => Subject(i, ""));
        _indices = _handles.Select(static (handle, i) => (handle, i)).ToDictionary(static pair => pair.handle, static pair => pair.i, StringComparer.Ordinal);
    }

    public ReviewTask Task { get; }

    public ImmutableArray<ReviewItem> Items { get; }

    public string Handle(int item) => _handles[item];

    /// <summary>Null where there is no such item.</summary>
    public int? Find(string handle) => _indices.TryGetValue(handle, out var item) ? item : null;

    /// <summary>Null for an annotation of something that is not among the items.</summary>
    public int? Find(Annotation annotation) => _subjects.TryGetValue(annotation.Subject with { Rater = "" }, out var item) ? item : null;

    /// <summary>Items as this annotator gets them.</summary>
    public ImmutableArray<int> Order(string annotator) => _orders.GetOrAdd(annotator, name => Permutation($"review/{name}", 0, Items.Length));

    /// <summary>An item's texts as this annotator gets them.</summary>
    public ImmutableArray<int> TextOrder(string annotator, int item) => Permutation($"review/{annotator}/{_handles[item]}", 1, Items[item].Texts.Length);

    public string TextHandle(string annotator, int item, int text) => Hash(annotator, SubjectOf(Items[item], Items[item].Texts[text].Model));

    /// <summary>The item as a subject of annotations.</summary>
    public AnnotationSubject Subject(int item, string rater) => Items[item] is var one && Task == ReviewTask.Pairwise
        ? new AnnotationSubject(Task.Name(), rater, one.Id, one.Texts[0].Model, one.Texts[1].Model)
        : new AnnotationSubject(Task.Name(), rater, one.Id);

    string SubjectOf(ReviewItem item, string model) =>
        string.Join('\n', [item.Id, model, .. Task == ReviewTask.Pairwise ? item.Texts.Select(static text => text.Model) : []]);

    string Hash(string purpose, string what) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{purpose}\0{what}")).AsSpan(0, 10));

    ImmutableArray<int> Permutation(string stage, int round, int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new CounterRandom(_seed, stage, round, 0).Permute<int>(order);
        return [.. order];
    }
}
