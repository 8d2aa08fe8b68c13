using Microsoft.AspNetCore.Http;

namespace SelfInstruct.Serving;

/// <summary>Server-sent events; the answer's head is sent with the first.</summary>
sealed class EventStream(HttpResponse response)
{
    /// <param name="data">One line.</param>
    /// <param name="cancellationToken">Ends the wait for a caller who does not read.</param>
    public async Task SendAsync(byte[] data, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
        }

        byte[] line = [.. "data: "u8, .. data, .. "\n\n"u8];
        await response.Body.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
