using System.Collections.Frozen;
using System.Reflection;

namespace SelfInstruct.Review;

/// <summary>The page: files inside the assembly, by name. Nothing else is ever served, so there is no folder to list or to leave.</summary>
static class PageFiles
{
    const string Prefix = "page/";

    static readonly FrozenDictionary<string, byte[]> Files = Read();

    /// <summary>Null: no such file.</summary>
    public static (byte[] Bytes, string Type)? Find(string name) => Files.TryGetValue(name, out var bytes) ? (bytes, TypeOf(name)) : null;

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };

    static FrozenDictionary<string, byte[]> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            static name => name[Prefix.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                return bytes.ToArray();
            },
            StringComparer.Ordinal);
    }
}
