using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Tests.Deployment;

/// <summary>One object of deploy/kubernetes.</summary>
/// <param name="File">Its name.</param>
/// <param name="Root">All of it.</param>
sealed record Manifest(string File, YamlMappingNode Root)
{
    public string Kind => Text(Root, "kind");

    public string Name => Text(Root, "metadata", "name");

    public static IReadOnlyList<Manifest> ReadAll() =>
        [.. Directory.EnumerateFiles(Repository.In("deploy", "kubernetes"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>The one container of a Job.</summary>
    public YamlMappingNode Container => Items(Root, "spec", "template", "spec", "containers").Single();

    public IReadOnlyList<string> Arguments => [.. ((YamlSequenceNode)Container["args"]).Select(static arg => ((YamlScalarNode)arg).Value!)];

    /// <summary>A list of objects; none where it is missing.</summary>
    public static IReadOnlyList<YamlMappingNode> Items(YamlNode from, params string[] path) =>
        Find(from, path) is YamlSequenceNode items ? [.. items.Cast<YamlMappingNode>()] : [];

    public static string Text(YamlNode from, params string[] path) => Find(from, path) is YamlScalarNode { Value: { } value } ? value : "";

    public static YamlNode? Find(YamlNode from, params string[] path) =>
        path.Aggregate((YamlNode?)from, static (node, name) => node is YamlMappingNode map && map.Children.TryGetValue(name, out var child) ? child : null);

    /// <summary>Every object in it with its path, as Job.spec.template; places in lists are left out.</summary>
    public IEnumerable<(string Path, YamlMappingNode Node)> Objects() => Objects(Kind, Root);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}: {Kind} {Name}");

    static IEnumerable<Manifest> Read(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        return yaml.Documents.Select(document => new Manifest(Path.GetFileName(path), (YamlMappingNode)document.RootNode));
    }

    static IEnumerable<(string Path, YamlMappingNode Node)> Objects(string path, YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(child => Objects($"{path}.{child.Key}", child.Value)).Prepend((path, map)),
        YamlSequenceNode list => list.SelectMany(item => Objects(path, item)),
        _ => [],
    };
}
