using System.Collections.Immutable;
using SelfInstruct.Reviews;

namespace SelfInstruct.Review;

/// <summary>How far somebody is with an item.</summary>
public enum ItemState
{
    Pending,
    Done,
    Skipped,
}

/// <param name="Items">All there are.</param>
/// <param name="Done">Answered in full.</param>
public sealed record ReviewProgress(int Items, int Done, int Skipped);

/// <summary>What was answered: two append-only files, and what stands of them. Safe to call concurrently.</summary>
sealed class ReviewStore : IAsyncDisposable
{
    readonly AnnotationTable _table = new();
    readonly Dictionary<string, ReviewProgress> _progress = new(StringComparer.Ordinal);
    readonly Dictionary<string, ImmutableArray<Edit>> _edits = new(StringComparer.Ordinal);
    readonly FileStream _lock;
    KeyedLog<Annotation> _annotations = null!;
    KeyedLog<Edit>? _editLog;

    ReviewStore(ItemSet set, FileStream folderLock) => (Set, _lock) = (set, folderLock);

    public ItemSet Set { get; }

    /// <param name="folder">Its evaluation folder exists.</param>
    /// <exception cref="InvalidDataException">A line is damaged, or another review is open there.</exception>
    public static async Task<ReviewStore> OpenAsync(ReviewFolder folder, ItemSet set, CancellationToken cancellationToken)
    {
        var store = new ReviewStore(set, Hold(folder.Lock));
        store._annotations = await KeyedLog<Annotation>.OpenAsync(
            folder.Ratings, ReviewJson.Format.Annotation, static line => line.Key is { } key ? KeyOf(line.Rater, key) : null, store.Fold, cancellationToken).ConfigureAwait(false);
        if (set.Task == ReviewTask.Edit)
        {
            store._editLog = await KeyedLog<Edit>.OpenAsync(folder.Edits, ReviewJson.Format.Edit, static line => KeyOf(line.Author, line.Key), store.Fold, cancellationToken).ConfigureAwait(false);
        }

        return store;
    }

    /// <summary>Returns when it is on the disk.</summary>
    /// <exception cref="IOException">It cannot be saved.</exception>
    public Task SaveAsync(Annotation annotation) => _annotations.AppendAsync(KeyOf(annotation.Rater, annotation.Key!), () => annotation);

    /// <inheritdoc cref="SaveAsync(Annotation)"/>
    /// <exception cref="RefusalException">Somebody else has changed the row since the author saw it.</exception>
    public Task SaveAsync(Edit edit) => _editLog!.AppendAsync(KeyOf(edit.Author, edit.Key), () =>
        LastEdit(edit.Id)?.Key == edit.Before
            ? edit
            : throw new RefusalException(409, $"{LastEdit(edit.Id)!.Author} has changed this row meanwhile. Look at it again, then save."));

    /// <summary>That stand, of this task.</summary>
    public ImmutableArray<Annotation> Standing() => _annotations.Read<ImmutableArray<Annotation>>(() => [.. _table.Standing.Where(line => line.Subject.Task == Set.Task.Name())]);

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<Edit> AllEdits() => _editLog is null ? [] : _editLog.Read<ImmutableArray<Edit>>(() => [.. _edits.Values.SelectMany(static edits => edits).OrderBy(static edit => edit.At)]);

    /// <summary>The rater's own.</summary>
    public ImmutableArray<Annotation> Find(string rater, int item) => _annotations.Read(() => _table.Find(Set.Subject(item, rater)));

    /// <summary>Of the model's row: the last there is.</summary>
    public Edit? FindEdit(int item) => _editLog?.Read(() => LastEdit(Set.Items[item].Id));

    public ItemState StateOf(string rater, int item) => _annotations.Read(() => State(rater, item));

    /// <summary>Of every item, in their own order.</summary>
    public ImmutableArray<ItemState> StatesOf(string rater) => _annotations.Read<ImmutableArray<ItemState>>(() => [.. Enumerable.Range(0, Set.Items.Length).Select(item => State(rater, item))]);

    /// <summary>Kept up to date line by line: it is told after every save.</summary>
    public ReviewProgress ProgressOf(string rater) => Set.Task == ReviewTask.Edit
        ? CountProgress(rater)
        : _annotations.Read(() => _progress.GetValueOrDefault(rater, new ReviewProgress(Set.Items.Length, 0, 0)));

    ReviewProgress CountProgress(string rater)
    {
        var states = StatesOf(rater);
        return new ReviewProgress(states.Length, states.Count(static state => state == ItemState.Done), states.Count(static state => state == ItemState.Skipped));
    }

    public async ValueTask DisposeAsync()
    {
        await _annotations.DisposeAsync().ConfigureAwait(false);
        if (_editLog is not null)
        {
            await _editLog.DisposeAsync().ConfigureAwait(false);
        }

        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{Path.GetDirectoryName(path)}: another review is open here. Use that one, or end it first.", e);
        }
    }

    /// <summary>An edited row is done for everybody: one text leaves the run.</summary>
    ItemState State(string rater, int item)
    {
        var answers = _table.Find(Set.Subject(item, rater));
        return answers is [{ Skipped: not null }] && LastEdit(Set.Items[item].Id) is null ? ItemState.Skipped
            : Set.Task == ReviewTask.Edit ? LastEdit(Set.Items[item].Id) is null ? ItemState.Pending : ItemState.Done
            : Set.Task == ReviewTask.Rating ? Set.Items[item].Texts.All(text => answers.Any(answer => answer.Model == text.Model)) ? ItemState.Done : ItemState.Pending
            : answers.IsEmpty ? ItemState.Pending : ItemState.Done;
    }

    Edit? LastEdit(string id) => _edits.TryGetValue(id, out var edits) ? edits[^1] : null;

    void Fold(Annotation line)
    {
        var item = Set.Find(line);
        var before = item is { } one ? State(line.Rater, one) : ItemState.Pending;
        _table.Add(line);
        var after = item is { } same ? State(line.Rater, same) : before;
        var progress = _progress.GetValueOrDefault(line.Rater, new ReviewProgress(Set.Items.Length, 0, 0));
        _progress[line.Rater] = progress with
        {
            Done = progress.Done + Difference(ItemState.Done),
            Skipped = progress.Skipped + Difference(ItemState.Skipped),
        };

        int Difference(ItemState state) => (after == state ? 1 : 0) - (before == state ? 1 : 0);
    }

    void Fold(Edit edit) => _edits[edit.Id] = _edits.TryGetValue(edit.Id, out var before) ? before.Add(edit) : [edit];

    static string KeyOf(string rater, string key) => $"{rater}\n{key}";
}
