using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SelfInstruct.Answers;

/// <summary>Writing systems, told apart by the blocks of Unicode; only letters count.</summary>
public static class Script
{
    /// <summary>Share of the letters that a script needs to dominate a text.</summary>
    const double Dominance = 2.0 / 3;

    /// <summary>First code points of ranges, in order. Chinese and Japanese share one name, as they share characters.</summary>
    static readonly (int First, string Name)[] Ranges =
    [
        (0x0041, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"), (0x0590, "Hebrew"), (0x0600, "Arabic"),
        (0x0700, "Syriac"), (0x0750, "Arabic"), (0x0780, "Thaana"), (0x07C0, "other"), (0x08A0, "Arabic"), (0x0900, "Devanagari"),
        (0x0980, "Bengali"), (0x0A00, "Gurmukhi"), (0x0A80, "Gujarati"), (0x0B00, "Odia"), (0x0B80, "Tamil"), (0x0C00, "Telugu"),
        (0x0C80, "Kannada"), (0x0D00, "Malayalam"), (0x0D80, "Sinhala"), (0x0E00, "Thai"), (0x0E80, "Lao"), (0x0F00, "Tibetan"),
        (0x1000, "Myanmar"), (0x10A0, "Georgian"), (0x1100, "Hangul"), (0x1200, "Ethiopic"), (0x13A0, "other"), (0x1780, "Khmer"),
        (0x1800, "Mongolian"), (0x18B0, "other"), (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, "other"), (0x2E80, "Han"),
        (0x3130, "Hangul"), (0x3190, "Han"), (0xA000, "other"), (0xAC00, "Hangul"), (0xD800, "other"), (0xF900, "Han"),
        (0xFB00, "Latin"), (0xFB13, "Armenian"), (0xFB1D, "Hebrew"), (0xFB50, "Arabic"), (0xFF00, "Latin"), (0xFF66, "Han"),
        (0x10000, "other"), (0x20000, "Han"), (0x323B0, "other"),
    ];

    static readonly int[] Firsts = [.. Ranges.Select(static range => range.First)];

    /// <summary>The script of two thirds of the letters; null when none has as many, or there are fewer letters than asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // A command over a file ends before the runtime would optimise it.
    public static string? FindDominating(string text, int minLetters = 1)
    {
        // One count for each range; ranges of one script are added up at the end.
        Span<int> counts = stackalloc int[Ranges.Length];
        var total = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsLetter(rune))
            {
                total++;
                counts[rune.IsAscii ? 0 : RangeOf(rune)]++;
            }
        }

        return total < minLetters || total == 0 ? null : FindDominating(counts, total);
    }

    static string? FindDominating(ReadOnlySpan<int> counts, int total)
    {
        Dictionary<string, int> letters = [];
        for (var range = 0; range < counts.Length; range++)
        {
            letters[Ranges[range].Name] = letters.GetValueOrDefault(Ranges[range].Name) + counts[range];
        }

        var most = letters.MaxBy(static pair => pair.Value);
        return most.Value >= Dominance * total ? most.Key : null;
    }

    static bool IsLetter(Rune rune) =>
        Rune.IsLetter(rune) && rune.Value is not (0xAA or 0xB5 or 0xBA) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.ModifierLetter;

    static int RangeOf(Rune rune)
    {
        var place = Array.BinarySearch(Firsts, rune.Value);
        return place >= 0 ? place : ~place - 1;
    }
}
