using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SelfInstruct.Tasks;

namespace SelfInstruct.Review;

/// <summary>Who may use the page.</summary>
/// <param name="IsLead">Sees who answered what, settles disagreements, exports.</param>
/// <param name="TokenHashes">SHA-256 of each token given out; the tokens themselves are nowhere.</param>
public sealed record Annotator(string Name, bool IsLead, ImmutableArray<string> TokenHashes);

/// <summary>annotators.json.</summary>
/// <param name="Secret">Keys the hashes by which pages know items, so that nobody can compute a model's from its name.</param>
sealed record AnnotatorsFile(string Secret, ImmutableArray<Annotator> Annotators);

[JsonSerializable(typeof(AnnotatorsFile))]
sealed partial class AnnotatorsJson : JsonSerializerContext
{
    public static AnnotatorsJson Format { get; } = new(new(TaskJson.CreateOptions()) { WriteIndented = true });
}

/// <summary>Names and hashes of tokens, kept in a file so that links outlive a restart. Safe to read concurrently.</summary>
public sealed partial class Annotators
{
    const int TokenBytes = 32;

    readonly string _path;
    AnnotatorsFile _file;

    Annotators(string path, AnnotatorsFile file) => (_path, _file) = (path, file);

    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<Annotator> All => _file.Annotators;

    public byte[] Secret => Convert.FromHexString(_file.Secret);

    /// <param name="path">Created where it is not there.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Annotators Open(string path)
    {
        if (!File.Exists(path))
        {
            return new Annotators(path, new AnnotatorsFile(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)), []));
        }

        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), AnnotatorsJson.Format.AnnotatorsFile) ?? throw new JsonException("It is null.");
            _ = Convert.FromHexString(file.Secret);
            if (file.Annotators.IsDefault || file.Annotators.Any(static one => one is null || one.TokenHashes.IsDefault || !one.TokenHashes.All(IsHash)))
            {
                throw new FormatException("An annotator is missing, or has a token_hash that is not 64 hexadecimal digits.");
            }

            return new Annotators(path, file);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new InvalidDataException($"{path}: {e.Message} Restore it; or take it away, and everybody needs a new link.", e);
        }
    }

    /// <summary>A new token; those given out before stay valid.</summary>
    /// <param name="name">Of a new annotator or a known one.</param>
    /// <param name="isLead">Of a new one.</param>
    /// <exception cref="InvalidDataException">Not a name.</exception>
    public string Issue(string name, bool isLead)
    {
        if (!Name().IsMatch(name) || name.StartsWith("judge", StringComparison.OrdinalIgnoreCase) || name.StartsWith("adjudicated", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"--annotator {name}: a name is 1 to 40 letters, digits, dots, hyphens or underscores, and does not begin with judge or adjudicated.");
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var known = All.FirstOrDefault(one => one.Name == name) ?? new Annotator(name, isLead, []);
        var now = known with { TokenHashes = known.TokenHashes.Add(Convert.ToHexStringLower(Hash(token))) };
        Write(_file with { Annotators = All.Contains(known) ? All.Replace(known, now) : All.Add(now) });
        return token;
    }

    /// <summary>In a time that tells nothing of any token.</summary>
    /// <returns>Null where nobody has this token.</returns>
    public Annotator? Find(string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 200)
        {
            return null;
        }

        var hash = Hash(token);
        Annotator? found = null;
        foreach (var annotator in All)
        {
            foreach (var known in annotator.TokenHashes)
            {
                found = CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(known)) ? annotator : found;
            }
        }

        return found;
    }

    /// <summary>What a page must send with everything it saves: only a page of this server can have read it.</summary>
    public static string Antiforgery(string token) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "antiforgery"u8.ToArray()));

    public static bool IsAntiforgery(string token, string? given) =>
        given is { Length: < 200 } && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Antiforgery(token)), Encoding.UTF8.GetBytes(given));

    void Write(AnnotatorsFile file)
    {
        var partial = _path + ".partial";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(partial, options))
        {
            JsonSerializer.Serialize(stream, file, AnnotatorsJson.Format.AnnotatorsFile);
            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, _path, overwrite: true);
        _file = file;
    }

    static bool IsHash(string? text) => text is { Length: 2 * SHA256.HashSizeInBytes } && text.All(char.IsAsciiHexDigit);

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [GeneratedRegex(@"^[\p{L}\p{Nd}._-]{1,40}\z")]
    private static partial Regex Name();
}
