using SelfInstruct.Cli;
using SelfInstruct.Models.Calls;

namespace SelfInstruct.Tests;

public sealed class ProgressLineTests
{
    static readonly CallStatus Idle = new(64, 64, 0, 0, 0, 0, 0, 0, IsBreakerOpen: false);

    [Fact]
    public void A_local_model_has_no_word_about_calls() =>
        Assert.Equal("instructions   5/100  0.0/s  ETA ?  (4 completions, 80 tokens, 3 rejected)", Show(null));

    [Fact]
    public void Calls_that_go_well_are_only_counted() =>
        Assert.Equal("instructions   5/100  0.0/s  ETA ?  (12 in flight, 4 completions, 80 tokens, 3 rejected)", Show(Idle with { InFlight = 12 }));

    [Fact]
    public void What_holds_calls_back_comes_first() =>
        Assert.Equal(
            "instructions   5/100  0.0/s  ETA ?  (breaker open, limit 37 of 64, 12 in flight, 3 waiting for tokens/min, 5 retries, 4 completions, 80 tokens)",
            Show(Idle with { Limit = 37, InFlight = 12, WaitingForTokens = 3, Retries = 5, IsBreakerOpen = true }));

    [Fact]
    public void A_line_stays_within_150_characters()
    {
        var busy = new CallStatus(1234, 4000, 1234, 5678, 4321, 4321, 123456, 12345, IsBreakerOpen: true);
        var line = Show(busy);
        Assert.InRange(line.Length, 100, 150);
        Assert.Contains("breaker open, limit 1,234 of 4,000", line, StringComparison.Ordinal);
    }

    static string Show(CallStatus? calls)
    {
        using var output = new StringWriter();
        using (var progress = new ProgressLine(output, isTerminal: false, new StandingTime()))
        {
            if (calls is not null)
            {
                progress.Watch(() => calls);
            }

            progress.Report(new StageProgress("instructions", 5, 100, 3, 4, 80));
        }

        return output.ToString().TrimEnd();
    }

    sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
