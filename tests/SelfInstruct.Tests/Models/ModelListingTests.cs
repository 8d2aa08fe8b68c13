using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class ModelListingTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_key_does_not_follow_a_redirect_to_another_host()
    {
        var followed = 0;
        using var other = new LoopbackServer(_ =>
        {
            followed++;
            return new LoopbackAnswer(200, "{\"data\":[{\"id\":\"m\"}]}");
        });
        using var server = new LoopbackServer(_ => new LoopbackAnswer(302, "", new() { ["Location"] = other.Address.AbsoluteUri }));
        Assert.Empty(await ModelListing.FindAsync(server.Address, EndpointCredentials.Header("api-key", "secret", "AZURE_OPENAI_API_KEY"), CancellationToken.None));
        Assert.Equal(0, followed);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_list_that_does_not_end_is_no_list()
    {
        using var server = new LoopbackServer(static _ => new LoopbackAnswer(200, "{\"data\":[{\"id\":\"" + new string('m', 17 << 20) + "\"}]}"));
        Assert.Empty(await ModelListing.FindAsync(server.Address, EndpointCredentials.None, CancellationToken.None));
    }
}
