using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfInstruct.Instructions;
using SelfInstruct.Python;

namespace SelfInstruct.Tests.Originals;

/// <summary>Python 3.11.7's own answers.</summary>
public sealed class PythonGoldenTests
{
    [Fact]
    public void Strings_are_changed_as_by_python() =>
        Golden.CompareAll("a3_python_string_ops.jsonl", static line =>
        {
            var text = line.Text("text");
            Assert.Equal(
                (line.Text("capitalize"), line.Text("lower"), line.Text("strip"), line.Text("ws_collapsed"), line.GetProperty("split_count").GetInt32()),
                (PythonCasing.Capitalize(text), PythonCasing.Lower(text), PythonText.Strip(text), PythonText.Strip(PythonText.CollapseWhiteSpace(text)), PythonText.CountWords(text)));
        });

    [Fact]
    public void Words_are_found_as_by_python() =>
        Golden.CompareAll("a2_find_word_in_string.jsonl", static line =>
            Assert.Equal(line.Texts("hits"), ReleasedInstructions.FindOtherModality(line.Text("text"))));

    [Fact]
    public void Every_code_point_is_in_pythons_classes()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.ConformanceFile("golden", "python_char_classes.json")));
        var root = json.RootElement;
        foreach (var name in new[] { "isspace", "re_s", "str_split", "strip" })
        {
            Assert.Equal(root.GetProperty(name).Integers(), Enumerable.Range(0, 0x10000).Where(static c => PythonText.IsWhiteSpace((char)c)));
        }

        var (space, digit) = (new Regex(PythonText.WhiteSpace), new Regex("^" + PythonText.Digit + "$"));
        Assert.Equal(root.GetProperty("re_s").Integers(), Enumerable.Range(0, 0x10000).Where(c => space.IsMatch(((char)c).ToString())));
        var runes = Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(static c => new Rune(c)).ToList();
        Assert.Equal(root.GetProperty("re_w_count").GetInt32(), runes.Count(PythonText.IsWord));
        Assert.Equal(root.GetProperty("re_d_count").GetInt32(), runes.Count(rune => digit.IsMatch(rune.ToString())));
        Golden.Report("python_char_classes.json", runes.Count);
    }

    [Fact]
    public void The_generator_draws_as_pythons() =>
        Golden.CompareAll("r_python_random.jsonl", static line =>
        {
            var seed = line.GetProperty("seed").GetInt64();
            var random = new PythonRandom(seed);
            Assert.Equal(line.GetProperty("random").EnumerateArray().Select(static number => number.GetDouble()), Repeat(5, random.NextDouble));

            random = new PythonRandom(seed);
            Assert.Equal(Arrays(line, "sample175_6"), Repeat(5, () => random.Draw(Range(175), 6).ToArray()));

            random = new PythonRandom(seed);
            foreach (var pair in line.GetProperty("sample2of3_then_shuffle8").EnumerateArray())
            {
                Assert.Equal(pair[0].Integers(), random.Draw(Range(3), 2));
                Assert.Equal(pair[1].Integers(), Permuted(random, 8));
            }

            random = new PythonRandom(seed);
            Assert.Equal(line.GetProperty("choice7").Integers(), Repeat(20, () => random.Next(7)));

            random = new PythonRandom(seed);
            Assert.Equal(Arrays(line, "sample5of5"), Repeat(3, () => random.Draw(Range(5), 5).ToArray()));
            Assert.Equal(line.GetProperty("shuffle50").Integers(), Permuted(new PythonRandom(seed), 50));
        });

    static int[] Range(int count) => [.. Enumerable.Range(0, count)];

    static T[] Repeat<T>(int times, Func<T> draw) => [.. Enumerable.Range(0, times).Select(_ => draw())];

    static int[] Permuted(PythonRandom random, int count)
    {
        var values = Range(count);
        random.Permute<int>(values);
        return values;
    }

    static int[][] Arrays(JsonElement line, string name) => [.. line.GetProperty(name).EnumerateArray().Select(static array => array.Integers())];
}
