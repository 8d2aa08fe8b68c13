using System.Runtime.InteropServices;
using SelfInstruct.Models;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>One thread with a batch of its own: finished sequences leave at every step, waiting ones join.</summary>
sealed class DecodingThread
{
    // Enough rows for the products to run at full speed while a prompt is read.
    const int PromptRows = 64;

    readonly GenerationQueue _queue;
    readonly BatchDecoder _decoder;
    readonly TokenSampler _sampler;
    readonly CachePages _pages;
    readonly PrefixCache _prefixes;
    readonly List<Sequence> _batch = [];
    readonly List<DecoderRow> _rows = [];
    readonly List<Sequence> _drawing = [];
    readonly int _most;
    readonly int _pageBudget;
    readonly Thread _thread;

    /// <param name="most">Sequences in the batch.</param>
    /// <param name="memory">Of its caches.</param>
    public DecodingThread(PackedDecoder model, GenerationQueue queue, int most, CacheMemory memory)
    {
        (_queue, _most, _pageBudget) = (queue, most, memory.SequencePages);
        _decoder = new(model, most + PromptRows, most);
        _sampler = new(model.Config.VocabularySize);
        _pages = new(model.Config, memory.SequencePages + memory.PrefixPages);
        _prefixes = new(_pages, memory.PrefixPages);
        _thread = new(Run) { IsBackground = true, Name = "decoding" };
        _thread.Start();
    }

    /// <summary>Waits until the thread has seen that its queue is closed.</summary>
    public void Join() => _thread.Join();

    void Run()
    {
        while (_queue.Fill(_batch, _most, Fits, generation => new(generation, _pages, _prefixes)))
        {
            Step();
            RemoveFinished();
        }

        _batch.ForEach(sequence => sequence.Generation.Fail(new ObjectDisposedException(nameof(LocalLanguageModel))));
    }

    bool Fits(Generation generation) => _batch.Sum(sequence => sequence.Generation.MostPages) + generation.MostPages <= _pageBudget;

    void Step()
    {
        _rows.Clear();
        _drawing.Clear();
        foreach (var sequence in _batch)
        {
            sequence.ReusePrefix();
        }

        // Sequences with one token left go first: a long prompt must not hold up the others.
        foreach (var sequence in _batch.OrderBy(sequence => sequence.Pending > 1))
        {
            if (_rows.Count < _decoder.MaxRows && sequence.AddRows(_rows, _decoder.MaxRows - _rows.Count))
            {
                _drawing.Add(sequence);
            }
        }

        _decoder.Run(CollectionsMarshal.AsSpan(_rows));
        _batch.ForEach(sequence => sequence.Advance());
        Draw();
    }

    void Draw()
    {
        for (var i = 0; i < _drawing.Count; i++)
        {
            try
            {
                _drawing[i].Generation.Draw(_sampler, _decoder.Logits(i));
            }
            catch (ModelException broken)
            {
                _drawing[i].Generation.Fail(broken);
            }
        }
    }

    void RemoveFinished() => _queue.Leave(_batch.RemoveAll(Leaves));

    static bool Leaves(Sequence sequence)
    {
        if (sequence.Generation.CancellationToken.IsCancellationRequested)
        {
            sequence.Generation.Cancel();
        }

        // Asked once: a cancellation may come from another thread at any moment.
        var leaves = sequence.Generation.IsOver;
        if (leaves)
        {
            sequence.Dispose();
        }

        return leaves;
    }
}
