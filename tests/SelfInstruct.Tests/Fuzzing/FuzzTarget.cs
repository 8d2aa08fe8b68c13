using System.Collections.Immutable;
using System.Text;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>What an input is made of; decides how it is broken.</summary>
public enum InputForm
{
    Json,
    Yaml,
    Text,
    Gguf,
    Safetensors,
}

/// <summary>A reader of outside bytes.</summary>
/// <param name="Seeds">Inputs to start from; all are read.</param>
/// <param name="Open">Gives the reader: what it read, as a count. It refuses by an exception that <paramref name="Promised"/> knows.</param>
/// <param name="Promised">A refusal in words, as a command shows it; anything else is a defect.</param>
/// <param name="Share">Of inputs, beside others; less where one takes long.</param>
sealed record FuzzTarget(
    string Name, InputForm Form, ImmutableArray<byte[]> Seeds, Func<Workplace, Func<byte[], int>> Open, Func<Exception, bool> Promised, double Share = 1)
{
    /// <summary>A file that is read by its path; refusals name it.</summary>
    public static FuzzTarget OfFile(string name, InputForm form, string file, Func<string, int> read, params IEnumerable<string> seeds) => new(
        name, form, Bytes(seeds), workplace => bytes => read(workplace.Put(file, bytes)),
        error => error is InvalidDataException && error.Message.Contains(Path.GetFileName(file), StringComparison.Ordinal));

    /// <summary>A text that is never refused.</summary>
    public static FuzzTarget OfText(string name, Func<string, int> read, params IEnumerable<string> seeds) => new(
        name, InputForm.Text, Bytes(seeds), _ => bytes => read(Encoding.UTF8.GetString(bytes)), static _ => false);

    public static ImmutableArray<byte[]> Bytes(IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}

/// <summary>A folder for the files of a target, and what lives as long as it is read.</summary>
sealed class Workplace : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly Stack<IDisposable> _owned = [];

    public string FolderPath => _folder.FolderPath;

    public string In(string name) => _folder.In(name);

    /// <param name="name">May have folders in it.</param>
    public string Put(string name, byte[] bytes)
    {
        var path = In(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Put(string name, string text) => Put(name, Encoding.UTF8.GetBytes(text));

    public T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Push(thing);
        return thing;
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var thing))
        {
            thing.Dispose();
        }

        _folder.Dispose();
    }
}
