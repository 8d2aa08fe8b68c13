using System.Globalization;
using System.Text;

namespace SelfInstruct.LocalModels.Tokenization;

/// <summary>
/// Unicode's form NFC (Unicode Standard Annex 15). string.Normalize does nothing for letters with marks where the process
/// runs without culture data, as ours does; so the table of decompositions is our own (tests/references/unicode).
/// </summary>
static class NormalFormC
{
    const int HangulFirst = 0xAC00;
    const int HangulCount = 11172;
    const int LeadFirst = 0x1100;
    const int VowelFirst = 0x1161;
    const int TailFirst = 0x11A7;
    const int Leads = 19;
    const int Vowels = 21;
    const int Tails = 28;

    static readonly Lazy<Tables> Data = new(Tables.Read);

    public static string Normalize(string text)
    {
        // Nothing below U+0300 has anything to be composed with, nor to be decomposed for good.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            return text;
        }

        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, codes);
        }

        Order(codes);
        return Compose(codes);
    }

    /// <summary>Characters with a class or a decomposition in the table, ascending.</summary>
    internal static IEnumerable<int> Interesting() => Data.Value.Classes.Keys.Union(Data.Value.Decompositions.Keys).Order();

    static void Decompose(int code, List<int> codes)
    {
        if (code - HangulFirst is >= 0 and < HangulCount and var syllable)
        {
            codes.Add(LeadFirst + (syllable / (Vowels * Tails)));
            codes.Add(VowelFirst + (syllable / Tails % Vowels));
            if (syllable % Tails > 0)
            {
                codes.Add(TailFirst + (syllable % Tails));
            }
        }
        else if (Data.Value.Decompositions.TryGetValue(code, out var parts))
        {
            Array.ForEach(parts, part => Decompose(part, codes));
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Marks behind a letter in the order of their classes, equal ones as they were.</summary>
    static void Order(List<int> codes)
    {
        for (var i = 1; i < codes.Count; i++)
        {
            var (code, place) = (codes[i], i);
            for (; place > 0 && ClassOf(code) > 0 && ClassOf(codes[place - 1]) > ClassOf(code); place--)
            {
                codes[place] = codes[place - 1];
            }

            codes[place] = code;
        }
    }

    static string Compose(List<int> codes)
    {
        var (composed, starter, lastClass) = (new List<int>(codes.Count), -1, 0);
        foreach (var code in codes)
        {
            var own = ClassOf(code);

            // Blocked by a mark of the same or a higher class in between, or by another letter.
            var isOpen = starter >= 0 && (composed.Count == starter + 1 || (lastClass < own && lastClass > 0));
            if (isOpen && Pair(composed[starter], code) is { } pair)
            {
                composed[starter] = pair;
                continue;
            }

            if (own == 0)
            {
                starter = composed.Count;
            }

            lastClass = own;
            composed.Add(code);
        }

        var text = new StringBuilder(composed.Count);
        composed.ForEach(code => text.Append(new Rune(code).ToString()));
        return text.ToString();
    }

    static int? Pair(int first, int second)
    {
        if (first - LeadFirst is >= 0 and < Leads and var lead && second - VowelFirst is >= 0 and < Vowels and var vowel)
        {
            return HangulFirst + (((lead * Vowels) + vowel) * Tails);
        }

        if (first - HangulFirst is >= 0 and < HangulCount and var syllable && syllable % Tails == 0 && second - TailFirst is > 0 and < Tails and var tail)
        {
            return first + tail;
        }

        return Data.Value.Compositions.TryGetValue((first, second), out var composite) ? composite : null;
    }

    static int ClassOf(int code) => code < 0x300 ? 0 : Data.Value.Classes.GetValueOrDefault(code);

    sealed record Tables(Dictionary<int, byte> Classes, Dictionary<int, int[]> Decompositions, Dictionary<(int First, int Second), int> Compositions)
    {
        public static Tables Read()
        {
            using var reader = new StreamReader(typeof(NormalFormC).Assembly.GetManifestResourceStream("nfc.txt")!);
            var tables = new Tables([], [], []);
            while (reader.ReadLine() is { } line)
            {
                tables.Add(line);
            }

            return tables;
        }

        void Add(string line)
        {
            if (line is ['#', ..])
            {
                return;
            }

            if (line.IndexOfAny(['=', '!']) is >= 0 and var sign)
            {
                var (code, parts) = (Hex(line[..sign]), Array.ConvertAll(line[(sign + 1)..].Split(' '), Hex));
                Decompositions.Add(code, parts);
                if (line[sign] == '=')
                {
                    Compositions.Add((parts[0], parts[1]), code);
                }

                return;
            }

            var (dash, space) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
            for (var code = Hex(line[..dash]); code <= Hex(line[(dash + 1)..space]); code++)
            {
                Classes.Add(code, byte.Parse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }

        static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
