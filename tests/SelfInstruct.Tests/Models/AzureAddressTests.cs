using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

/// <summary>Forms of the address as Azure's portal and documentation give them.</summary>
public sealed class AzureAddressTests
{
    const string Resource = "https://name.openai.azure.com";

    [Theory]
    [InlineData(Resource, Resource + "/openai/v1", "")]
    [InlineData(Resource + "/", Resource + "/openai/v1", "")]
    [InlineData(Resource + "/openai", Resource + "/openai/v1", "")]
    [InlineData(Resource + "/openai/v1/", Resource + "/openai/v1", "")]
    [InlineData(Resource + "/openai/v1?api-version=preview", Resource + "/openai/v1", "?api-version=preview")]
    [InlineData("https://gateway.example/team/", "https://gateway.example/team/openai/v1", "")]
    [InlineData(Resource + "?api-version=2024-10-21", Resource + "/openai/deployments/my%20gpt", "?api-version=2024-10-21")]
    [InlineData(Resource + "/openai?api-version=2024-10-21", Resource + "/openai/deployments/my%20gpt", "?api-version=2024-10-21")]
    [InlineData(Resource + "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21", Resource + "/openai/deployments/my%20gpt", "?api-version=2024-10-21")]
    public void The_address_says_which_path(string endpoint, string address, string query)
    {
        var azure = AzureAddress.Of(new Uri(endpoint), "my gpt");
        Assert.Equal((address, query), (azure.Base.AbsoluteUri, azure.Query));
    }

    [Theory]
    [InlineData(Resource + "/openai/deployments/other?api-version=2024-10-21", "deployment other, and --model names my gpt")]
    [InlineData(Resource + "/openai/deployments/my%20gpt", "?api-version=2024-10-21")]
    public void An_address_that_cannot_be_called_is_refused(string endpoint, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => AzureAddress.Of(new Uri(endpoint), "my gpt")).Message, StringComparison.Ordinal);
}
