using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>Inputs that failed, in a folder that outlives the tests.</summary>
static class FuzzFiles
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("SELFINSTRUCT_FUZZ_OUT") is { Length: > 0 } given ? given : Path.Combine(Path.GetTempPath(), "selfinstruct-fuzz");

    /// <returns>Its path.</returns>
    public static string Save(string target, byte[] input)
    {
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, $"{target.Replace(' ', '-').Replace('/', '-').Replace(':', '-')}.{Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 4))}.input");
        File.WriteAllBytes(path, input);
        return path;
    }

    /// <summary>The beginning, with what a terminal would obey made visible.</summary>
    public static string Show(byte[] input)
    {
        var text = string.Concat(Encoding.UTF8.GetString(input).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString()));
        return text.Length <= 600 ? text : text[..600] + "…";
    }
}

/// <summary>
/// The input that is being read, in a file that is mapped into memory: where a reader takes the whole process with it, as
/// an overflow of the stack does, the file says by what.
/// </summary>
sealed class InputInFlight : IDisposable
{
    const int Size = 1 << 20;

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;

    public InputInFlight(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>A line with the target's name and the length, then the input.</summary>
    public void Put(string target, byte[] input)
    {
        var heading = Encoding.UTF8.GetBytes($"{target} {input.Length}\n");
        _view.WriteArray(0, heading, 0, heading.Length);
        _view.WriteArray(heading.Length, input, 0, Math.Min(input.Length, Size - heading.Length));
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
