using System.Collections.Immutable;
using SelfInstruct.Python;

namespace SelfInstruct.Runs;

/// <summary>Draws that differ between generators: Python's makes them as Python does.</summary>
public static class RandomDraws
{
    extension(Random random)
    {
        /// <summary><paramref name="count"/> distinct elements (all, if there are fewer) in random order.</summary>
        public ImmutableArray<T> Draw<T>(IReadOnlyList<T> from, int count)
        {
            count = Math.Min(count, from.Count);
            return random is PythonRandom python ? python.Draw(from, count) : DrawDistinct(random, from, count);
        }

        /// <summary>Random order, in place.</summary>
        public void Permute<T>(Span<T> values)
        {
            if (random is PythonRandom python)
            {
                python.Permute(values);
            }
            else
            {
                random.Shuffle(values);
            }
        }
    }

    static ImmutableArray<T> DrawDistinct<T>(Random random, IReadOnlyList<T> from, int count)
    {
        var chosen = ImmutableArray.CreateBuilder<T>(count);
        HashSet<int> taken = [];
        while (chosen.Count < count)
        {
            var index = random.Next(from.Count);
            if (taken.Add(index))
            {
                chosen.Add(from[index]);
            }
        }

        return chosen.MoveToImmutable();
    }
}
