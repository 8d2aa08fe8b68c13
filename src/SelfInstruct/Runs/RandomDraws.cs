using System.Collections.Immutable;

namespace SelfInstruct.Runs;

/// <summary>Draws without replacement.</summary>
public static class RandomDraws
{
    extension(Random random)
    {
        /// <summary><paramref name="count"/> distinct elements (all, if there are fewer) in random order.</summary>
        public ImmutableArray<T> Draw<T>(IReadOnlyList<T> from, int count)
        {
            count = Math.Min(count, from.Count);
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
}
