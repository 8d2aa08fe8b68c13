namespace SelfInstruct;

/// <summary>Addresses as they may be written down.</summary>
static class Addresses
{
    /// <summary>User and password left out; what is no address stays as it is.</summary>
    public static string? WithoutUser(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0
            ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri.AbsoluteUri
            : address;
}
