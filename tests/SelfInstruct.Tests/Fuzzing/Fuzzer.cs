using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>An input that made a reader fail in a way that nobody promised.</summary>
/// <param name="Kind">The exception and where it came from; one input of each kind is kept.</param>
/// <param name="Detail">The whole exception.</param>
sealed record Defect(string Kind, byte[] Input, string Detail);

/// <param name="Shapes">Ways in which inputs were read or refused.</param>
sealed record FuzzReport(int Read, int Refused, int Shapes, ImmutableArray<Defect> Defects);

/// <summary>
/// Feeds a target broken inputs. An input that is read or refused in a new way joins those that the next are made from,
/// which leads further than the seeds alone. Runs on a thread of its own with the small stack that some systems give.
/// </summary>
sealed partial class Fuzzer(FuzzTarget target, int seed)
{
    const int StackBytes = 1 << 20;
    const int MostInputs = 300;
    const long MostBytes = 96 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Random _random = new(seed);
    readonly List<byte[]> _inputs = [.. target.Seeds];
    readonly Dictionary<string, int> _shapes = new(StringComparer.Ordinal);
    readonly Dictionary<string, Defect> _defects = new(StringComparer.Ordinal);
    readonly ImmutableArray<string> _words = [.. target.Seeds.SelectMany(static seed => WordsOf(seed)).Distinct(StringComparer.Ordinal).Take(500)];
    byte[] _current = [];
    long _started = Stopwatch.GetTimestamp();

    /// <exception cref="TimeoutException">An input keeps its reader busy for ever; it is in the message.</exception>
    public async Task<FuzzReport> RunAsync(int count, InputInFlight? flight, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<FuzzReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    done.SetResult(Run(count, flight, cancellationToken));
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            StackBytes)
        { IsBackground = true };
        thread.Start();
        while (await Task.WhenAny(done.Task, Task.Delay(500, cancellationToken)) != done.Task)
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _started)) > Patience)
            {
                throw new TimeoutException($"{target.Name}: no end after {Patience.TotalSeconds} s for {FuzzFiles.Save(target.Name, _current)}.");
            }
        }

        return await done.Task;
    }

    FuzzReport Run(int count, InputInFlight? flight, CancellationToken cancellationToken)
    {
        using var workplace = new Workplace();
        var read = target.Open(workplace);
        var mutation = new Mutation(target.Form, random => Mutation.Pick(_inputs, random), _words);
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < count + target.Seeds.Length && !cancellationToken.IsCancellationRequested; i++)
        {
            var input = i < target.Seeds.Length ? target.Seeds[i] : mutation.Break(Pick(), _random);
            flight?.Put(target.Name, input);
            _current = input;
            Volatile.Write(ref _started, Stopwatch.GetTimestamp());
            var (error, shape) = Try(read, input);
            _ = error is null ? accepted++ : refused++;
            if (FindDefect(error, input) is { } defect)
            {
                Keep(read, defect);
            }
            else if (_shapes.TryAdd(shape, i) && _inputs.Count < MostInputs && i >= target.Seeds.Length)
            {
                _inputs.Add(input);
            }
        }

        return new FuzzReport(accepted, refused, _shapes.Count, [.. _defects.Values]);
    }

    /// <summary>Mostly whole inputs: what is broken already is refused early.</summary>
    byte[] Pick() => Mutation.Pick<byte[]>(_random.Next(3) > 0 ? target.Seeds : _inputs, _random);

    static (Exception? Error, string Shape) Try(Func<byte[], int> read, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var count = read(input);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated > MostBytes ? (new InsufficientMemoryException($"{allocated:N0} bytes for an input of {input.Length:N0}"), "") : (null, $"read {(count < 8 ? count : 8 + (int)Math.Log2(count))}");
        }
        catch (Exception e)
        {
            return (e, $"{e.GetType().Name} {ShapeOf(e.Message)}");
        }
    }

    Defect? FindDefect(Exception? error, byte[] input) =>
        error is null || target.Promised(error) ? null : new Defect($"{error.GetType().Name} {PlaceOf(error)}", input, error.ToString());

    /// <summary>Of each kind the first, as small as it can be had in a moment.</summary>
    void Keep(Func<byte[], int> read, Defect defect)
    {
        if (_defects.ContainsKey(defect.Kind) || _defects.Count >= 30)
        {
            return;
        }

        var (smallest, tries) = (defect, 0);
        for (var part = defect.Input.Length; part > 0 && tries < 2000; part /= 2)
        {
            for (var at = 0; at < smallest.Input.Length && tries < 2000; tries++)
            {
                byte[] shorter = [.. smallest.Input[..at], .. smallest.Input[Math.Min(smallest.Input.Length, at + part)..]];
                Volatile.Write(ref _started, Stopwatch.GetTimestamp());
                if (FindDefect(Try(read, shorter).Error, shorter) is { } same && same.Kind == defect.Kind)
                {
                    smallest = same;
                }
                else
                {
                    at += part;
                }
            }
        }

        _defects[defect.Kind] = smallest;
    }

    /// <summary>The innermost of our own frames.</summary>
    static string PlaceOf(Exception error) =>
        Frame().Match(error.StackTrace ?? "") is { Success: true } frame ? frame.Groups["method"].Value : error.Message.Split('\n')[0];

    /// <summary>A message without what it quotes.</summary>
    static string ShapeOf(string message)
    {
        var words = Changing().Replace(message.Length > 400 ? message[..400] : message, "#");
        return words.Length > 70 ? words[..70] : words;
    }

    static IEnumerable<string> WordsOf(byte[] input) => Word().Matches(Encoding.UTF8.GetString(input)).Select(static match => match.Value);

    [GeneratedRegex(@"at (?<method>SelfInstruct\.(?!Tests)[^(]+)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Frame();

    [GeneratedRegex("""/\S*/|"[^"]*"?|'[^']*'?|\d+|[^\x20-\x7e]+""")]
    private static partial Regex Changing();

    [GeneratedRegex(@"[A-Za-z_][\w.\-]{0,60}")]
    private static partial Regex Word();
}
