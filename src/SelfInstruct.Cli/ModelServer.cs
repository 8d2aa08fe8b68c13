using SelfInstruct.Models;

namespace SelfInstruct.Cli;

/// <summary>A provider's address and key, from the command line and the environment. Keys come from the environment alone.</summary>
/// <param name="Address">Calls go below it.</param>
/// <param name="Query">Of every call's address; empty, or with its question mark.</param>
/// <param name="Listing">Where the server lists its models.</param>
/// <param name="Credentials">How calls are authorised.</param>
sealed record ModelServer(Uri Address, string Query, Uri Listing, EndpointCredentials Credentials)
{
    const string OpenAIAddress = "https://api.openai.com/v1";
    const string AnthropicAddress = "https://api.anthropic.com";
    const string OllamaAddress = "http://127.0.0.1:11434/v1";

    /// <summary>Where Ollama tells of a model in its own protocol; null for other servers.</summary>
    public Uri? Show { get; init; }

    public static ModelServer OpenAI(string? endpoint, string asker)
    {
        var address = FindAddress(endpoint, "OPENAI_BASE_URL") ?? new Uri(OpenAIAddress);
        return Of(address, EndpointCredentials.Bearer(FindKey("OPENAI_API_KEY", asker, address, OpenAIAddress, out var missing), missing: missing));
    }

    /// <summary>Also where Ollama is elsewhere; it takes no key.</summary>
    public static ModelServer Ollama(string? endpoint)
    {
        var address = FindAddress(endpoint, null) ?? new Uri(OllamaAddress);
        return Of(address, EndpointCredentials.None) with { Show = new Uri(address, "/api/show") };
    }

    public static ModelServer Azure(string? endpoint, string asker, string deployment)
    {
        const string Variable = "AZURE_OPENAI_API_KEY";
        var given = FindAddress(endpoint, "AZURE_OPENAI_ENDPOINT", mayHaveVersion: true)
            ?? throw new InvalidDataException($"{asker}: AZURE_OPENAI_ENDPOINT is not set. Put your resource's address there, as https://NAME.openai.azure.com, or give it by --endpoint.");
        var address = AzureAddress.Of(given, deployment);
        var key = FindKey(Variable, asker, given, given.AbsoluteUri, out var missing);

        // The path of deployments lists models beside it, not below.
        var listing = new UriBuilder(address.Base.AbsoluteUri.Split("/deployments/")[0].TrimEnd('/') + "/models") { Query = address.Query }.Uri;
        return new ModelServer(address.Base, address.Query, listing, EndpointCredentials.Header("api-key", key, Variable, missing));
    }

    public static ModelServer Anthropic(string? endpoint, string asker)
    {
        const string Variable = "ANTHROPIC_API_KEY";
        var given = FindAddress(endpoint, "ANTHROPIC_BASE_URL") ?? new Uri(AnthropicAddress);

        // The provider's own clients add the version; an address that has it already is meant the same.
        var path = given.AbsolutePath.TrimEnd('/');
        var address = path.EndsWith("/v1", StringComparison.Ordinal) ? new UriBuilder(given) { Path = path[..^"/v1".Length] }.Uri : given;
        var key = FindKey(Variable, asker, address, AnthropicAddress, out var missing);
        return new ModelServer(
            address, "", new Uri(address.AbsoluteUri.TrimEnd('/') + "/v1/models"),
            EndpointCredentials.Header("x-api-key", key, Variable, missing).With("anthropic-version", AnthropicModel.Version));
    }

    public ModelEndpoint Connect(EndpointOptions options, TimeProvider time, IProgress<string>? notices) => new(Address, Credentials, options, time, notices);

    static ModelServer Of(Uri address, EndpointCredentials credentials) => new(address, "", new Uri(address.AbsoluteUri.TrimEnd('/') + "/models"), credentials);

    static Uri? FindAddress(string? endpoint, string? variable, bool mayHaveVersion = false) =>
        endpoint is not null ? ParseAddress(endpoint, "--endpoint", mayHaveVersion)
        : variable is not null && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? ParseAddress(set, variable, mayHaveVersion)
        : null;

    /// <param name="variable">Where the user keeps it.</param>
    /// <param name="asker">For errors.</param>
    /// <param name="address">That is called.</param>
    /// <param name="guarded">The provider's own address, where no call is made without a key.</param>
    /// <param name="missing">What to say instead of a call; null where a call is made.</param>
    static string? FindKey(string variable, string asker, Uri address, string guarded, out string? missing)
    {
        var key = Environment.GetEnvironmentVariable(variable)?.Trim();
        if (key?.All(static c => c is > ' ' and <= '~') == false)
        {
            throw new InvalidDataException($"{variable} holds a character that no key has, such as a space or a line end inside. Set it again.");
        }

        missing = string.IsNullOrEmpty(key) && address.Host == new Uri(guarded).Host && !address.IsLoopback
            ? $"{asker}: {variable} is not set. Put your key there, or name another server with --endpoint."
            : null;
        return key;
    }

    /// <summary>User and password are left out: they are secrets, and not how a key is given. A query may be one, too.</summary>
    static Uri ParseAddress(string text, string source, bool mayHaveVersion)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException($"{source} is {(text.Contains('@', StringComparison.Ordinal) ? "no address" : text)}; it must be an absolute address, as http://127.0.0.1:8000/v1.");
        }

        var names = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=')[0]).ToList();
        var wrong = names.Find(name => !mayHaveVersion || !name.Equals("api-version", StringComparison.OrdinalIgnoreCase));
        return wrong is null
            ? new UriBuilder(address) { UserName = "", Password = "" }.Uri
            : throw new InvalidDataException($"{source} has a query, {wrong}=…, which is {(mayHaveVersion ? "not api-version" : "not taken here")}. Leave it out; a key belongs into the environment.");
    }
}
