namespace SelfInstruct.Models.Calls;

/// <summary>What calls to one endpoint are doing at this moment.</summary>
/// <param name="Limit">Attempts that may be in flight now.</param>
/// <param name="Ceiling">What <paramref name="Limit"/> may grow to.</param>
/// <param name="InFlight">Attempts that have been sent.</param>
/// <param name="WaitingForLimit">Attempts that will be sent when another ends.</param>
/// <param name="WaitingForRequests">Attempts held back by requests a minute.</param>
/// <param name="WaitingForTokens">Attempts held back by tokens a minute.</param>
/// <param name="Retries">Since the endpoint was opened.</param>
/// <param name="Hedges">Second attempts beside a slow first one, since the endpoint was opened.</param>
/// <param name="IsBreakerOpen">Nearly every attempt failed; one at a time is sent to see whether the server is back.</param>
public sealed record CallStatus(
    int Limit, int Ceiling, int InFlight, int WaitingForLimit, int WaitingForRequests, int WaitingForTokens, long Retries, long Hedges, bool IsBreakerOpen);

/// <summary>Listens to an endpoint: to its sentences about retries, and at any time to its status.</summary>
public interface ICallObserver : IProgress<string>
{
    /// <summary>Called once, when an endpoint is opened.</summary>
    /// <param name="status">Cheap, and may be called from any thread.</param>
    void Watch(Func<CallStatus> status);
}
