using System.Globalization;
using System.Text;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Inference;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>
/// Broken files are read or refused by name: never another exception, never much memory. FUZZ_CASES sets the number of
/// cases of each kind of file (200 when unset); 25000 makes 100,000 in all.
/// </summary>
public sealed class ModelFileFuzzTests : IDisposable
{
    const int Timeout = 3_600_000;
    const long MostBytes = 64 << 20;

    readonly TemporaryFolder folder = new();

    static int Cases { get; } = Environment.GetEnvironmentVariable("FUZZ_CASES") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 200;

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Files => ["model.gguf", "model.safetensors", "config.json", "tokenizer.json"];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Files))]
    public async Task A_broken_file_is_read_or_refused_and_nothing_else(string name)
    {
        await Task.Yield();
        var model = InferenceModels.Variant("biases", width: 32);
        GgufFile.Write(folder.In("model.gguf"), model, GgufType.Q8, "fuzz");
        HuggingFaceFolder.Write(folder.FolderPath, model, SafetensorsType.F16);
        var whole = File.ReadAllBytes(folder.In(name));
        var directory = DirectoryLength(name, whole);
        var (read, refused, random) = (0, 0, new Random(StringHash(name)));
        for (var i = 0; i < Cases; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var broken = Break(whole, directory, random);
            File.WriteAllBytes(folder.In(name), broken);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() => Open(name));
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(error is null or InvalidDataException, $"case {i} of {name}: {error}");
            Assert.True(allocated < MostBytes, $"case {i} of {name}: {allocated:N0} bytes for a file of {broken.Length:N0}");
            _ = error is null ? read++ : refused++;
        }

        TestContext.Current.SendDiagnosticMessage($"{name}: {read} read, {refused} refused");
        Assert.True(refused > Cases / 10);
    }

    void Open(string name)
    {
        using var stored = LocalModelPath.Open(name is "model.gguf" ? folder.In(name) : folder.FolderPath);
        _ = new BytePairTokenizer(stored.Vocabulary).Encode("The cat's 12 hats");
        _ = ChatTemplate.Recognize(stored.Vocabulary);

        // Weights only where the file bears out their size, as the reader has checked.
        stored.Tensors.Read(DecoderTensors.Of(stored.Config).First(), 0, new float[stored.Config.Width]);
    }

    /// <summary>Where lengths and names are: most damage is done there.</summary>
    static int DirectoryLength(string name, byte[] whole) => name switch
    {
        "model.safetensors" => 8 + (int)BitConverter.ToInt64(whole),
        "model.gguf" => whole.AsSpan().IndexOf("output_norm.weight"u8) + 60,
        _ => whole.Length,
    };

    static byte[] Break(byte[] whole, int directory, Random random)
    {
        var broken = (byte[])whole.Clone();
        switch (random.Next(6))
        {
            case 0:
                return broken[..random.Next(broken.Length)];
            case 1:
                broken[random.Next(directory)] ^= (byte)(1 << random.Next(8));
                return broken;
            case 2:
                // An absurd size wherever eight bytes are one.
                BitConverter.TryWriteBytes(broken.AsSpan(random.Next(directory - 8)), random.Next(2) == 0 ? random.NextInt64() : long.MaxValue >> random.Next(40));
                return broken;
            case 3:
                BitConverter.TryWriteBytes(broken.AsSpan(random.Next(directory - 4)), random.Next(2) == 0 ? -1 : random.Next());
                return broken;
            case 4:
                return ReplaceNumber(broken, directory, random);
            default:
                var (from, length) = (random.Next(directory), random.Next(64));
                return [.. broken[..from], .. broken[Math.Min(broken.Length, from + length)..]];
        }
    }

    /// <summary>A number in a text becomes another, an absurd one too.</summary>
    static byte[] ReplaceNumber(byte[] broken, int directory, Random random)
    {
        string[] others = ["0", "-1", "2147483647", "4294967296", "99999999999999999999", "1e308", "null", "\"x\"", "[]", "{}", "\"\\ud800\"", "[[[[[[[["];
        var start = broken.AsSpan(random.Next(directory)..directory).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return broken;
        }

        var at = random.Next(directory);
        at += Math.Max(0, broken.AsSpan(at..directory).IndexOfAnyInRange((byte)'0', (byte)'9'));
        var end = at;
        while (end < broken.Length && char.IsAsciiDigit((char)broken[end]))
        {
            end++;
        }

        return [.. broken[..at], .. Encoding.ASCII.GetBytes(others[random.Next(others.Length)]), .. broken[end..]];
    }

    static int StringHash(string text) => text.Aggregate(17, (hash, character) => (hash * 31) + character);
}
