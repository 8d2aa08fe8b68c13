namespace SelfInstruct.LocalModels.Hub;

/// <summary>Where the hub is, and where its files are kept.</summary>
/// <param name="CacheFolder">In the layout of Hugging Face's own tools, which share it.</param>
/// <param name="Token">Sent to the hub and nowhere else; never written down.</param>
/// <param name="IsOffline">Only what the cache has is used.</param>
public sealed record HubOptions(Uri Endpoint, string CacheFolder, string? Token, bool IsOffline)
{
    /// <summary>HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE; HF_HUB_CACHE, else hub in HF_HOME, else in huggingface in XDG_CACHE_HOME or ~/.cache.</summary>
    /// <param name="variable">The environment.</param>
    /// <exception cref="InvalidDataException">HF_ENDPOINT is no address, or HF_TOKEN no token.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> variable)
    {
        var endpoint = Given("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException($"HF_ENDPOINT is {endpoint}; it must be an absolute address, as https://huggingface.co.");
        }

        var token = Given("HF_TOKEN")?.Trim();
        if (token?.All(static c => c is > ' ' and <= '~') == false)
        {
            throw new InvalidDataException("HF_TOKEN holds a character that no token has, such as a space or a line end inside. Set it again.");
        }

        var caches = Given("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var cache = Given("HF_HUB_CACHE") ?? Path.Combine(Given("HF_HOME") ?? Path.Combine(caches, "huggingface"), "hub");
        return new(address, cache, token, Given("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE");

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }
}
