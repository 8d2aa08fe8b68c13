using SelfInstruct.Serving;
using SelfInstruct.Serving.Requests;

namespace SelfInstruct.Tests.Serving;

public sealed class AdmissionTests
{
    [Fact]
    public void Places_are_taken_up_to_the_last_and_given_back_once()
    {
        var admission = new Admission(3);
        var two = admission.Enter(2);
        Assert.Equal(429, Assert.Throws<RefusalException>(() => admission.Enter(2)).Status);
        using (admission.Enter(1))
        {
            Assert.Equal(3, admission.Taken);
        }

        two.Dispose();
        two.Dispose();
        Assert.Equal(0, admission.Taken);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_is_too_large_never_crowds_out_a_small_one()
    {
        var admission = new Admission(10);
        using var half = admission.Enter(5);
        using var end = new CancellationTokenSource();
        var large = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Assert.Throws<RefusalException>(() => admission.Enter(8));
            }
        });
        for (var i = 0; i < 20_000; i++)
        {
            admission.Enter(1).Dispose();
        }

        await end.CancelAsync();
        await large;
    }
}
