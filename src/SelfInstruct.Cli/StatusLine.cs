namespace SelfInstruct.Cli;

/// <summary>One line that is written over on a terminal; a new line every ten seconds elsewhere.</summary>
sealed class StatusLine(TextWriter output, bool isTerminal, TimeProvider time)
{
    static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    long? _lastShown;
    int _width;

    /// <param name="text">Without a line feed.</param>
    /// <param name="always">Show it however recently another was shown.</param>
    public void Write(string text, bool always)
    {
        if (!always && _lastShown is { } last && time.GetElapsedTime(last) < (isTerminal ? OnTerminal : Elsewhere))
        {
            return;
        }

        _lastShown = time.GetTimestamp();
        if (isTerminal)
        {
            output.Write('\r' + text.PadRight(_width));
            _width = text.Length;
        }
        else
        {
            output.WriteLine(text);
        }
    }

    /// <summary>What follows begins on a line of its own.</summary>
    public void End()
    {
        if (_width > 0)
        {
            output.WriteLine();
            _width = 0;
        }
    }

    public static string FormatTime(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}h{time.Minutes:00}m" : time.TotalMinutes >= 1 ? $"{time.Minutes}m{time.Seconds:00}s" : $"{Math.Ceiling(time.TotalSeconds)}s";
}
