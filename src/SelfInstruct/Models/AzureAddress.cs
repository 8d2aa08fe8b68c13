namespace SelfInstruct.Models;

/// <summary>Where a deployment of Azure OpenAI is called: the v1 path, or the path of deployments of before, which wants an api-version.</summary>
/// <param name="Base">The address up to where chat/completions follows.</param>
/// <param name="Query">What follows that; empty, or with its question mark.</param>
public sealed record AzureAddress(Uri Base, string Query)
{
    const string V1 = "/openai/v1";
    const string Deployments = "/openai/deployments/";

    /// <param name="endpoint">Of the resource, as https://NAME.openai.azure.com; or with either path; or with ?api-version=DATE, which chooses the path of before.</param>
    /// <param name="deployment">Name of the deployment.</param>
    /// <exception cref="InvalidDataException">The address names another deployment, or the path of deployments without a version.</exception>
    public static AzureAddress Of(Uri endpoint, string deployment)
    {
        var path = endpoint.AbsolutePath.TrimEnd('/');
        if (path.IndexOf(Deployments, StringComparison.OrdinalIgnoreCase) is >= 0 and var start)
        {
            var named = Uri.UnescapeDataString(path[(start + Deployments.Length)..].Split('/')[0]);
            return named == deployment
                ? OfDeployment(endpoint, path[..start], deployment)
                : throw new InvalidDataException($"The endpoint at {endpoint.Host} is that of the deployment {named}, and --model names {deployment}. Name the same in both, or give the endpoint without /openai/deployments.");
        }

        if (path.IndexOf(V1, StringComparison.OrdinalIgnoreCase) is >= 0 and var v1)
        {
            return new AzureAddress(WithPath(endpoint, path[..(v1 + V1.Length)]), endpoint.Query);
        }

        var resource = path.EndsWith("/openai", StringComparison.OrdinalIgnoreCase) ? path[..^"/openai".Length] : path;
        return HasVersion(endpoint) ? OfDeployment(endpoint, resource, deployment) : new AzureAddress(WithPath(endpoint, resource + V1), endpoint.Query);
    }

    static AzureAddress OfDeployment(Uri endpoint, string resource, string deployment) =>
        HasVersion(endpoint)
            ? new AzureAddress(WithPath(endpoint, resource + Deployments + Uri.EscapeDataString(deployment)), endpoint.Query)
            : throw new InvalidDataException($"The endpoint at {endpoint.Host} has the path of deployments but no version. Add one, as ?api-version=2024-10-21.");

    static bool HasVersion(Uri endpoint) => endpoint.Query.Contains("api-version=", StringComparison.OrdinalIgnoreCase);

    static Uri WithPath(Uri endpoint, string path) => new UriBuilder(endpoint) { Path = path, Query = "" }.Uri;
}
