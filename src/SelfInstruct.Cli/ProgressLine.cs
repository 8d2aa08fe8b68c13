using System.Globalization;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Cli;

/// <summary>
/// Progress of a run on stderr, each stage with its rate and the time left; it is shown again every ten seconds even
/// when nothing moves. Behind a server it says what holds calls back. Notices, such as a retry, get lines of their own.
/// </summary>
sealed class ProgressLine : IProgress<StageProgress>, ICallObserver, IDisposable
{
    const int MaxWidth = 150;

    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    readonly Lock _turn = new();
    readonly TimeProvider _time;
    readonly StatusLine _line;
    readonly TextWriter _output;
    readonly ITimer _heartbeat;
    StageProgress? _last;
    Func<CallStatus>? _calls;
    long _stageStart;
    int _doneAtStart;

    public ProgressLine(TextWriter output, bool isTerminal, TimeProvider time)
    {
        (_output, _time, _line) = (output, time, new StatusLine(output, isTerminal, time));
        _heartbeat = time.CreateTimer(_ => ShowAgain(), null, Heartbeat, Heartbeat);
    }

    public void Report(StageProgress value)
    {
        lock (_turn)
        {
            var begins = value.Stage != _last?.Stage;
            if (begins)
            {
                _line.End();
                (_doneAtStart, _stageStart) = (value.Done, _time.GetTimestamp());
            }

            _last = value;
            var ends = value.Done >= value.Total;
            _line.Write(Describe(value), always: begins || ends);
            if (ends)
            {
                _line.End();
            }
        }
    }

    public void Report(string value)
    {
        lock (_turn)
        {
            _line.End();
            _output.WriteLine(value);
        }
    }

    public void Watch(Func<CallStatus> status)
    {
        lock (_turn)
        {
            _calls = status;
        }
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        _line.End();
    }

    void ShowAgain()
    {
        lock (_turn)
        {
            if (_last is { } last && last.Done < last.Total)
            {
                _line.Write(Describe(last), always: false);
            }
        }
    }

    string Describe(StageProgress value)
    {
        var seconds = _time.GetElapsedTime(_stageStart).TotalSeconds;
        var rate = seconds > 0 ? (value.Done - _doneAtStart) / seconds : 0;
        var left = value.Done >= value.Total ? "done"
            : rate > 0 ? "ETA " + StatusLine.FormatTime(TimeSpan.FromSeconds((value.Total - value.Done) / rate))
            : "ETA ?";
        var head = string.Create(CultureInfo.InvariantCulture, $"{value.Stage,-14} {value.Done:N0}/{value.Total:N0}  {rate:0.0}/s  {left}");
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{value.Completions:N0} completions, {value.CompletionTokens:N0} tokens"),
            .. DescribeCost(value),
            .. Part(value.Rejected, "rejected"),
        ];
        return Fit(head, [.. value.Done < value.Total && _calls?.Invoke() is { } calls ? Describe(calls) : [], .. parts]);
    }

    static IEnumerable<string> DescribeCost(StageProgress value) =>
        value is { CostUsd: { } spent, ExpectedCostUsd: { } expected } ? [string.Create(CultureInfo.InvariantCulture, $"${spent:0.00} of about ${expected:0.00}")] : [];

    /// <summary>What holds calls back, the gravest first; nothing where all is as it should be.</summary>
    static IEnumerable<string> Describe(CallStatus calls) =>
    [
        .. calls.IsBreakerOpen ? ["breaker open"] : Array.Empty<string>(),
        .. calls.Limit < calls.Ceiling ? [string.Create(CultureInfo.InvariantCulture, $"limit {calls.Limit:N0} of {calls.Ceiling:N0}")] : Array.Empty<string>(),
        .. Part(calls.InFlight, "in flight"),
        .. Part(calls.WaitingForRequests, "waiting for requests/min"),
        .. Part(calls.WaitingForTokens, "waiting for tokens/min"),
        .. Part(calls.Retries, "retries"),
        .. Part(calls.Hedges, "hedges"),
    ];

    static IEnumerable<string> Part(long count, string what) => count > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}")] : [];

    /// <summary>As many of the parts, in order, as a line has room for.</summary>
    static string Fit(string head, IEnumerable<string> parts)
    {
        var inner = "";
        foreach (var part in parts)
        {
            var longer = inner.Length == 0 ? part : $"{inner}, {part}";
            if (head.Length + longer.Length + 4 > MaxWidth)
            {
                break;
            }

            inner = longer;
        }

        return inner.Length == 0 ? head : $"{head}  ({inner})";
    }
}
