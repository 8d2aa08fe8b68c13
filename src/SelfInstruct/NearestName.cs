namespace SelfInstruct;

/// <summary>What somebody may have meant by a name that does not exist.</summary>
static class NearestName
{
    /// <summary>"Did you mean X? " or nothing, when no name is near: at most a third of the letters differ, or it is the last part of one.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var nearest = known
            .Select(candidate => (Name: candidate, Edits: Math.Min(CountEdits(name, candidate), CountEdits(name, candidate[(candidate.IndexOf('.', StringComparison.Ordinal) + 1)..]))))
            .MinBy(static pair => pair.Edits);
        return nearest.Name is not null && nearest.Edits * 3 <= name.Length ? $"Did you mean {nearest.Name}? " : "";
    }

    /// <summary>Levenshtein distance.</summary>
    static int CountEdits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
