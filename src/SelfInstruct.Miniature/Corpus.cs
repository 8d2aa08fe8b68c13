namespace SelfInstruct.Miniature;

/// <summary>
/// The starter's training text. A document depends only on the seed and its number, so any part can be written again,
/// in any order, by any number of threads.
/// </summary>
public static class Corpus
{
    // Copying is what a small model learns last, so the first documents hold more of it.
    const int Warmup = 3_000;

    static readonly (string Kind, double Share)[] Start =
    [
        (DocumentKinds.Copy, 0.40),
        (DocumentKinds.InputFirst, 0.40),
        (DocumentKinds.Instructions, 0.10),
        (DocumentKinds.OutputFirst, 0.10),
    ];

    static readonly (string Kind, double Share)[] Mixture =
    [
        (DocumentKinds.InputFirst, 0.62),
        (DocumentKinds.Instructions, 0.12),
        (DocumentKinds.OutputFirst, 0.12),
        (DocumentKinds.Classification, 0.05),
        (DocumentKinds.Copy, 0.05),
        (DocumentKinds.Story, 0.04),
    ];

    /// <summary>Documents until they hold so many characters, without held-out instructions and inputs.</summary>
    public static IEnumerable<Document> Generate(int seed, long characters) =>
        Take(number => Write(seed, number, isHeldOut: false), characters);

    /// <summary>Documents of held-out instructions, and of held-out inputs where a task has some, for the held-out loss.</summary>
    public static IEnumerable<Document> HeldOut(int seed, long characters) =>
        Take(number => Write(seed, Warmup + number, isHeldOut: true), characters);

    /// <param name="number">Counts from 0 in the order of <see cref="Generate"/>.</param>
    public static Document Write(int seed, long number, bool isHeldOut)
    {
        var random = new Random(Mix(seed, number, isHeldOut));
        var kind = Choose(random, number < Warmup ? Start : Mixture);
        return new DocumentWriter(random, isHeldOut).Write(kind);
    }

    static IEnumerable<Document> Take(Func<long, Document> write, long characters)
    {
        for (long number = 0, written = 0; written < characters; number++)
        {
            var document = write(number);
            written += document.Pieces.Sum(piece => (long)piece.Text.Length);
            yield return document;
        }
    }

    static string Choose(Random random, (string Kind, double Share)[] mixture)
    {
        var left = random.NextDouble();
        foreach (var (kind, share) in mixture)
        {
            left -= share;
            if (left < 0)
            {
                return kind;
            }
        }

        return mixture[0].Kind;
    }

    /// <summary>SplitMix64's finaliser over seed and number.</summary>
    static int Mix(int seed, long number, bool isHeldOut)
    {
        var z = ((ulong)(uint)seed << 33) ^ ((ulong)number << 1) ^ (isHeldOut ? 1UL : 0UL);
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) & int.MaxValue);
    }
}
