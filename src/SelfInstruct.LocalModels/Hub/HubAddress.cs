using System.Text.RegularExpressions;

namespace SelfInstruct.LocalModels.Hub;

/// <summary>A model on the Hugging Face hub.</summary>
/// <param name="Repository">"owner/name".</param>
/// <param name="Revision">A branch, a tag, or a commit of 40 hexadecimal digits.</param>
public sealed partial record HubAddress(string Repository, string Revision)
{
    public const string Scheme = "hf://";

    /// <param name="text">hf://owner/name, or hf://owner/name@revision.</param>
    /// <exception cref="InvalidDataException">Not of that form.</exception>
    public static HubAddress Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && !match.Groups["revision"].Value.Split('/').Any(part => part is "." or "..")
            ? new(match.Groups["repository"].Value, match.Groups["revision"] is { Success: true } revision ? revision.Value : "main")
            : throw new InvalidDataException($"{text}: not an address of the hub; it must be hf://owner/name or hf://owner/name@revision.");
    }

    public bool IsCommit => CommitForm().IsMatch(Revision);

    /// <summary>As in the cache of Hugging Face's own tools.</summary>
    internal string FolderName => "models--" + Repository.Replace("/", "--", StringComparison.Ordinal);

    internal static bool IsCommitHash(string text) => CommitForm().IsMatch(text);

    [GeneratedRegex("""^hf://(?<repository>[\w][\w.-]*/[\w][\w.-]*)(@(?<revision>[\w.-]+(/[\w.-]+)*))?\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();

    [GeneratedRegex("""^[0-9a-f]{40}\z""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommitForm();
}
