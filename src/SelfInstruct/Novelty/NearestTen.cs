using System.Collections.Immutable;

namespace SelfInstruct.Novelty;

/// <summary>The ten highest scores, ties to the text added first, whatever the order they come in. Scores of 0 are left out.</summary>
sealed class NearestTen
{
    public const int Most = 10;

    readonly double[] _scores = new double[Most];
    readonly int[] _ids = new int[Most];

    public int Count { get; private set; }

    /// <summary>What a score must reach to enter; 0 while there is room.</summary>
    public double Worst => Count < Most ? 0 : _scores[Most - 1];

    public (int Id, double Score) this[int place] => (_ids[place], _scores[place]);

    public void Clear() => Count = 0;

    /// <returns>Whether it entered.</returns>
    public bool Offer(double score, int id)
    {
        if (score <= 0 || (Count == Most && !IsBefore(score, id, Most - 1)))
        {
            return false;
        }

        var place = Count < Most ? Count++ : Most - 1;
        for (; place > 0 && IsBefore(score, id, place - 1); place--)
        {
            (_scores[place], _ids[place]) = (_scores[place - 1], _ids[place - 1]);
        }

        (_scores[place], _ids[place]) = (score, id);
        return true;
    }

    public bool Contains(int id) => _ids.AsSpan(0, Count).Contains(id);

    public ImmutableArray<Neighbour> ToNeighbours() => [.. Enumerable.Range(0, Count).Select(place => new Neighbour(_ids[place], _scores[place]))];

    bool IsBefore(double score, int id, int place) => score > _scores[place] || (score == _scores[place] && id < _ids[place]);
}
