using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>A model that finds out how its server differs; what it knows can be kept, and given to the next model of the same server and name.</summary>
public interface ILearnsQuirks
{
    /// <summary>Of the server whose quirks they are; no secret in it.</summary>
    Uri Address { get; }

    /// <summary>Names, in the order learnt; those that the provider documents come first.</summary>
    IReadOnlyList<string> Quirks { get; }

    /// <summary>Begins with what was known before, so that no call is refused for it again.</summary>
    /// <exception cref="InvalidDataException">No quirk has such a name.</exception>
    void Recall(IEnumerable<string> quirks);
}

/// <summary>What is known of one model at one endpoint. Grows only; safe to use concurrently.</summary>
public sealed class LearntQuirks
{
    readonly Lock _growth = new();
    readonly string _model;
    readonly IProgress<string>? _notices;
    ImmutableArray<Quirk> _known;

    /// <param name="model">Named in notices.</param>
    /// <param name="documented">Known from the provider's documentation; nobody is told of these.</param>
    /// <param name="notices">Told, in a sentence, of each that is learnt.</param>
    public LearntQuirks(string model, ImmutableArray<Quirk> documented, IProgress<string>? notices = null) =>
        (_model, _known, _notices) = (model, documented, notices);

    public ImmutableArray<Quirk> Known
    {
        get
        {
            lock (_growth)
            {
                return _known;
            }
        }
    }

    public IReadOnlyList<string> Names => [.. Known.Select(static quirk => quirk.Name)];

    /// <summary>Calls that learn the same at once are told of once.</summary>
    public void Learn(Quirk quirk)
    {
        if (TryAdd(quirk))
        {
            _notices?.Report($"{_model} {quirk.Meaning} ({quirk.Name}).");
        }
    }

    /// <exception cref="InvalidDataException">No quirk has such a name.</exception>
    public void Recall(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            TryAdd(Quirk.All.FirstOrDefault(quirk => quirk.Name == name)
                ?? throw new InvalidDataException($"{name} is no quirk of a model. Known: {string.Join(", ", Quirk.All.Select(static quirk => quirk.Name))}."));
        }
    }

    bool TryAdd(Quirk quirk)
    {
        lock (_growth)
        {
            if (_known.Contains(quirk))
            {
                return false;
            }

            _known = _known.Add(quirk);
            return true;
        }
    }
}
