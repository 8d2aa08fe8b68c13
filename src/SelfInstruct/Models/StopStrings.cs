using System.Collections.Immutable;

namespace SelfInstruct.Models;

/// <summary>Stop strings applied to a whole text, as a server applies them to a growing one.</summary>
public static class StopStrings
{
    /// <summary>The text before the stop string that is complete first; of several that are complete at once, the longest counts.</summary>
    /// <returns>The text itself when it holds none.</returns>
    public static string Cut(string text, ImmutableArray<string> stop)
    {
        var (start, end) = (text.Length, int.MaxValue);
        foreach (var one in stop.IsDefault ? [] : stop)
        {
            var found = text.IndexOf(one, StringComparison.Ordinal);
            if (found >= 0 && (found + one.Length < end || (found + one.Length == end && found < start)))
            {
                (start, end) = (found, found + one.Length);
            }
        }

        return text[..start];
    }
}
