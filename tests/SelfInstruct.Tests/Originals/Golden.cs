using System.Text.Json;

namespace SelfInstruct.Tests.Originals;

/// <summary>Outputs of the original program's own functions, read whole; each test says how many lines it compared.</summary>
static class Golden
{
    public static IEnumerable<JsonElement> Read(params string[] parts) =>
        File.ReadLines(Repository.ConformanceFile(parts)).Select(static line => JsonDocument.Parse(line).RootElement);

    /// <summary>Compares every line of a golden file, and prints the count.</summary>
    public static void CompareAll(string file, Action<JsonElement> compare)
    {
        var compared = 0;
        foreach (var line in Read("golden", file))
        {
            compare(line);
            compared++;
        }

        Report(file, compared);
    }

    public static void Report(string file, int compared)
    {
        Assert.True(compared > 0, $"{file}: nothing was compared");
        TestContext.Current.TestOutputHelper!.WriteLine($"{file}: {compared:N0} compared, all equal");
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static string[] Texts(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(static text => text.GetString()!)];

    public static int[] Integers(this JsonElement element) => [.. element.EnumerateArray().Select(static number => number.GetInt32())];
}
