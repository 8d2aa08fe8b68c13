using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Serving;

/// <summary>Places for completions, in progress or waiting. Safe to use from many threads.</summary>
/// <param name="capacity">At least 1.</param>
sealed class Admission(int capacity)
{
    int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <returns>Gives the places back when disposed of.</returns>
    /// <exception cref="RefusalException">There are not so many free.</exception>
    public IDisposable Enter(int places)
    {
        if (Interlocked.Add(ref _taken, places) > capacity)
        {
            Interlocked.Add(ref _taken, -places);
            throw new RefusalException(429, $"The server has its hands full: {capacity} completions are in progress or waiting. Try again in a moment.", code: "rate_limit_exceeded", type: "requests");
        }

        return new Places(this, places);
    }

    sealed class Places(Admission admission, int count) : IDisposable
    {
        int _count = count;

        public void Dispose() => Interlocked.Add(ref admission._taken, -Interlocked.Exchange(ref _count, 0));
    }
}
