using SelfInstruct.Models;

namespace SelfInstruct.Tests.Models;

public sealed class PriceTableTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("openai:gpt-4o-mini", 0.15)]
    [InlineData("openai:gpt-4o-mini-2024-07-18", 0.15)]
    [InlineData("azure:gpt-4o-mini", 0.15)]
    [InlineData("openai:gpt-3.5-turbo-0125", 0.50)]
    [InlineData("openai-completions:davinci-002", 2.00)]
    [InlineData("anthropic:claude-haiku-4-5", 1.00)]
    [InlineData("anthropic:claude-haiku-4-5-20251001", 1.00)]
    [InlineData("anthropic:claude-sonnet-4-5-latest", 3.00)]
    public void A_model_or_a_dated_version_of_it_has_its_published_price(string spec, double prompt) =>
        Assert.Equal(prompt, PriceTable.Shipped.Find(spec)!.Prices.Prompt);

    [Theory]
    [InlineData("openai:gpt-4o-audio-preview")]
    [InlineData("openai:gpt-5-turbo")]
    [InlineData("anthropic:claude-opus-4-9")]
    [InlineData("anthropic:gpt-4o")]
    [InlineData("openai:")]
    [InlineData("openai:-2024")]
    [InlineData("starter")]
    [InlineData("ollama:gpt-4o")]
    public void Another_model_has_none(string spec) => Assert.Null(PriceTable.Shipped.Find(spec));

    [Fact]
    public void A_file_of_prices_lies_over_those_that_ship()
    {
        var path = _folder.Write("prices.yaml", "# mine\nopenai:\n  my-model: { prompt: 7, completion: 8, as_of: 2026-01-02 }\n  gpt-4o: { prompt: 1, completion: 2, as_of: 2026-01-02 }\n");
        var table = PriceTable.Shipped.With(path);
        Assert.Equal(new PublishedPrice(new Prices(7, 8), new DateOnly(2026, 1, 2)), table.Find("openai:my-model"));
        Assert.Equal((1, 0.15), (table.Find("openai:gpt-4o")!.Prices.Prompt, table.Find("openai:gpt-4o-mini")!.Prices.Prompt));
    }

    [Theory]
    [InlineData("openai:\n  m: { prompt: -1, completion: 2, as_of: 2026-01-02 }", "(2): prompt is -1")]
    [InlineData("openai:\n  m: { prompt: 1, as_of: 2026-01-02 }", "(2): completion is missing")]
    [InlineData("openai:\n  m: { prompt: 1, completion: 2, as_of: yesterday }", "(2): as_of is yesterday")]
    [InlineData("openai:\n  m: { prompt: 1, completion: 2, as_of: 2026-01-02, cached: 1 }", "(2): there is no field cached")]
    [InlineData("openai:\n  m: 3", "(2): a list of")]
    [InlineData("- a", "(1): a list of")]
    [InlineData("{", "not valid YAML")]
    public void A_wrong_file_is_named_with_its_line(string text, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => PriceTable.Shipped.With(_folder.Write("p.yaml", text)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("none.yaml", Assert.Throws<InvalidDataException>(() => PriceTable.Shipped.With(_folder.In("none.yaml"))).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
