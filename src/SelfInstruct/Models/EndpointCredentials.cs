using System.Collections.Immutable;
using System.Net.Http.Headers;

namespace SelfInstruct.Models;

/// <summary>How calls to one provider are authorised. Not a record: the key must not come out of ToString.</summary>
public sealed class EndpointCredentials
{
    readonly string? _key;
    readonly string _header;
    readonly string _prefix;
    readonly string? _missing;
    readonly ImmutableArray<(string Name, string Value)> _further;

    EndpointCredentials(string variable, string? key, string header, string prefix, string? missing, ImmutableArray<(string Name, string Value)> further = default) =>
        (Variable, _key, _header, _prefix, _missing, _further) =
            (variable, string.IsNullOrEmpty(key) ? null : key, header, prefix, missing, further.IsDefault ? [] : further);

    /// <summary>Environment variable that the key is read from; named in errors.</summary>
    public string Variable { get; }

    /// <summary>A key is sent.</summary>
    public bool HasKey => _key is not null;

    /// <summary>For servers that ask for no key.</summary>
    public static EndpointCredentials None { get; } = Bearer(null);

    /// <summary>"Authorization: Bearer KEY", as OpenAI's and most compatible servers take it.</summary>
    /// <param name="key">Null or empty sends none.</param>
    /// <param name="variable">Where the user keeps it.</param>
    /// <param name="missing">What to say instead of calling, where a key is needed and there is none.</param>
    public static EndpointCredentials Bearer(string? key, string variable = "OPENAI_API_KEY", string? missing = null) =>
        new(variable, key, "Authorization", "Bearer ", missing);

    /// <summary>The key alone in a header of the provider's own, such as api-key or x-api-key.</summary>
    /// <inheritdoc cref="Bearer"/>
    public static EndpointCredentials Header(string header, string? key, string variable, string? missing = null) =>
        new(variable, key, header, "", missing);

    /// <summary>With a header more, such as the protocol's version, that is no secret.</summary>
    public EndpointCredentials With(string header, string value) => new(Variable, _key, _header, _prefix, _missing, _further.Add((header, value)));

    /// <exception cref="InvalidDataException">A key is needed and there is none.</exception>
    public void ThrowIfMissing()
    {
        if (_missing is not null)
        {
            throw new InvalidDataException(_missing);
        }
    }

    public override string ToString() => HasKey ? $"the key in {Variable}" : "no key";

    /// <summary>Servers repeat what they were sent, and their words are shown.</summary>
    internal string Redact(string text) => _key is null ? text : text.Replace(_key, "(key)", StringComparison.Ordinal);

    internal void AddTo(HttpRequestHeaders headers)
    {
        if (_key is not null)
        {
            headers.TryAddWithoutValidation(_header, _prefix + _key);
        }

        foreach (var (name, value) in _further)
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }
}
