namespace SelfInstruct.LocalModels.Inference;

/// <summary>Completions that wait for a thread; first come, first served, and shared out evenly among the threads.</summary>
sealed class GenerationQueue(int threads)
{
    readonly object _gate = new();
    Queue<Generation> _waiting = new();
    int _running;
    bool _closed;

    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public void Add(Generation generation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(LocalLanguageModel));
            _waiting.Enqueue(generation);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Fills up a thread's batch; waits for work when the batch is empty.</summary>
    /// <param name="batch">What the thread has; it takes no more than <paramref name="most"/> or than its share.</param>
    /// <param name="fits">Whether there is memory for one more; the first that waits is not overtaken. Always true for an empty batch.</param>
    /// <returns>False when the queue is closed.</returns>
    public bool Fill(List<Sequence> batch, int most, Func<Generation, bool> fits, Func<Generation, Sequence> start)
    {
        lock (_gate)
        {
            DropCancelled();
            while (!_closed && batch.Count == 0 && _waiting.Count == 0)
            {
                Monitor.Wait(_gate);
                DropCancelled();
            }

            while (!_closed && _waiting.Count > 0 && batch.Count < Math.Min(most, Share()) && fits(_waiting.Peek()))
            {
                batch.Add(start(_waiting.Dequeue()));
                _running++;
            }

            return !_closed;
        }
    }

    /// <summary>Says that completions left a batch.</summary>
    public void Leave(int count)
    {
        lock (_gate)
        {
            _running -= count;
        }
    }

    /// <summary>Ends every <see cref="Fill"/>, and returns what was still waiting.</summary>
    public IReadOnlyList<Generation> Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
            Generation[] left = [.. _waiting];
            _waiting.Clear();
            return left;
        }
    }

    /// <summary>What was cancelled while it waited is neither held nor begun.</summary>
    void DropCancelled()
    {
        if (_waiting.Any(static generation => generation.IsOver))
        {
            _waiting = new(_waiting.Where(static generation => !generation.IsOver));
        }
    }

    int Share() => (_running + _waiting.Count + threads - 1) / threads;
}
