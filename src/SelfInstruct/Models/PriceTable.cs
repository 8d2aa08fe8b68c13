using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Tasks;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Models;

/// <summary>A model's prices as its provider published them.</summary>
/// <param name="AsOf">When they were read.</param>
public sealed record PublishedPrice(Prices Prices, DateOnly AsOf);

/// <summary>
/// Published prices by provider and model, from dated YAML files:
/// <code>
/// openai:
///   gpt-4o-mini: { prompt: 0.15, completion: 0.60, as_of: 2026-05-07 }
/// </code>
/// </summary>
public sealed class PriceTable
{
    readonly ImmutableDictionary<string, PublishedPrice> _prices;

    PriceTable(ImmutableDictionary<string, PublishedPrice> prices) => _prices = prices;

    /// <summary>The prices that ship with the library.</summary>
    public static PriceTable Shipped { get; } = LoadShipped();

    /// <summary>These prices with a file's laid over them.</summary>
    /// <exception cref="InvalidDataException">No such file, or not a table of prices; says where and what it should be.</exception>
    public PriceTable With(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file of prices.");
        }

        using var reader = new StreamReader(path);
        return new PriceTable(_prices.SetItems(Read(reader, path)));
    }

    /// <summary>
    /// By a model SPEC: kind and name. A dated or "-latest" name has the price of the model it is a version of. Null:
    /// not known.
    /// </summary>
    public PublishedPrice? Find(string spec)
    {
        var (kind, name) = spec.Split(':', 2) is [var first, var second] ? (first, second) : (spec, "");
        var provider = kind is "openai-completions" or "azure" ? "openai" : kind;
        return _prices.TryGetValue($"{provider}:{name}", out var exact) ? exact : FindVersion(provider, name);
    }

    PublishedPrice? FindVersion(string provider, string name)
    {
        for (var end = name.LastIndexOf('-'); end > 0; end = name.LastIndexOf('-', end - 1))
        {
            var version = name[(end + 1)..];
            if (version != "latest" && !version.All(static c => char.IsAsciiDigit(c) || c == '-'))
            {
                return null;
            }

            // Four digits make a date; fewer may make another model, as in claude-opus-4-5.
            var isVersion = version == "latest" || version.Count(char.IsAsciiDigit) >= 4;
            if (isVersion && _prices.TryGetValue($"{provider}:{name[..end]}", out var price))
            {
                return price;
            }
        }

        return null;
    }

    static PriceTable LoadShipped()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.yaml")!;
        using var reader = new StreamReader(stream);
        return new PriceTable(Read(reader, "prices.yaml").ToImmutableDictionary(StringComparer.Ordinal));
    }

    static List<KeyValuePair<string, PublishedPrice>> Read(TextReader reader, string path)
    {
        return [.. from document in YamlFile.Read(reader, path)
                   from provider in Mapping(document.RootNode, path, "provider: models")
                   from model in Mapping(provider.Value, path, "model: { prompt, completion, as_of }")
                   select KeyValuePair.Create($"{YamlFile.TextOf(provider.Key, path)}:{YamlFile.TextOf(model.Key, path)}", ReadPrice(model.Value, path))];
    }

    static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Mapping(YamlNode node, string path, string shape) =>
        node is YamlMappingNode mapping ? mapping.Children : throw Wrong(node, path, $"a list of \"{shape}\" belongs here");

    static PublishedPrice ReadPrice(YamlNode node, string path)
    {
        var fields = Mapping(node, path, "prompt: 0.15").ToDictionary(pair => YamlFile.TextOf(pair.Key, path), pair => YamlFile.TextOf(pair.Value, path), StringComparer.Ordinal);
        if (fields.Keys.FirstOrDefault(static key => key is not ("prompt" or "completion" or "as_of")) is { } unknown)
        {
            throw Wrong(node, path, $"there is no field {unknown}; known: prompt, completion, as_of");
        }

        return new PublishedPrice(new Prices(Number("prompt"), Number("completion")), Date());

        double Number(string name) =>
            fields.TryGetValue(name, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value)
                ? value
                : throw Wrong(node, path, $"{name} is {fields.GetValueOrDefault(name, "missing")}; it must be US dollars per million tokens");

        DateOnly Date() =>
            DateOnly.TryParseExact(fields.GetValueOrDefault("as_of"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw Wrong(node, path, $"as_of is {fields.GetValueOrDefault("as_of", "missing")}; it must be the date the price was read, as 2026-11-25");
    }

    static InvalidDataException Wrong(YamlNode node, string path, string what) => new($"{path}({node.Start.Line}): {what}.");
}
