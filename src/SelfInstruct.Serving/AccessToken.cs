using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Serving;

/// <summary>What a caller must know. Only its hash is kept, so that nothing can show it.</summary>
public sealed class AccessToken
{
    const string Scheme = "Bearer ";

    readonly byte[] _hash;

    /// <param name="token">Not empty, printable ASCII without spaces.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public AccessToken(string token)
    {
        if (token.Length == 0 || token.Any(static c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("A token is printable ASCII without spaces.", nameof(token));
        }

        _hash = Hash(token);
    }

    /// <summary>In a time that tells nothing of the token.</summary>
    /// <param name="authorization">Of a request; null: it has none.</param>
    public bool IsGivenBy(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true
        && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), _hash);

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
