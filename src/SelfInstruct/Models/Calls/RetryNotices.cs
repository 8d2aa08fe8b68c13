namespace SelfInstruct.Models.Calls;

/// <summary>Tells of retries, at most one every few seconds, and counts the others.</summary>
sealed class RetryNotices(IProgress<string>? listener, TimeProvider time)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Lock _turn = new();
    long _count;
    long _told;
    long _toldAt;

    public long Count => Interlocked.Read(ref _count);

    /// <param name="sentence">Only made when it is told.</param>
    public void Report(Func<string> sentence)
    {
        long others;
        lock (_turn)
        {
            _count++;
            if (_told > 0 && time.GetElapsedTime(_toldAt) < Interval)
            {
                return;
            }

            others = _count - _told - 1;
            (_told, _toldAt) = (_count, time.GetTimestamp());
        }

        listener?.Report(others > 0 ? $"{sentence()} {others:N0} more {(others == 1 ? "retry" : "retries")} since the last notice." : sentence());
    }
}
