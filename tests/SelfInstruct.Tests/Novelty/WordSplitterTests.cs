using System.Text.Json;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Novelty;

public sealed class WordSplitterTests
{
    [Theory]
    [InlineData("Write a poem, please!", "write a poem please")]
    [InlineData("café naïve", "caf na ve")]
    [InlineData("snake_case 3.14", "snake case 3 14")]
    [InlineData("İstanbul 5\u212A", "i stanbul 5k")] // Python 3.11: re.sub(r"[^a-z0-9]+", " ", s.lower())
    [InlineData("全角１２", "")]
    public void Released_words_are_those_of_the_reference(string text, string words) => Assert.Equal(Spaced(words), WordSplitter.Released.Split(text));

    [Fact]
    public void The_reference_s_tokens_come_out()
    {
        var path = Repository.ConformanceFile("golden", "e3_tokens.jsonl");
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            Assert.Equal(root.GetProperty("nostem").EnumerateArray().Select(static token => token.GetString()), WordSplitter.Released.Split(root.GetProperty("text").GetString()!));
        }
    }

    [Fact]
    public void Every_code_point_separates_or_not_as_in_the_reference()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.ConformanceFile("golden", "e5_codepoints_not_separators.json")));
        var kept = json.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            static item => item.GetProperty("cp").GetInt32(),
            static item => item.GetProperty("tokens").EnumerateArray().Select(static token => token.GetString()!).ToArray());
        var codePoints = Enumerable.Range(0, 0x110000).Where(static codePoint => codePoint is < 0xD800 or > 0xDFFF);
        foreach (var chunk in codePoints.Chunk(1 << 16))
        {
            var text = string.Join(' ', chunk.Select(static codePoint => $"x{char.ConvertFromUtf32(codePoint)}y"));
            Assert.Equal(chunk.SelectMany(codePoint => kept.GetValueOrDefault(codePoint, ["x", "y"])), WordSplitter.Released.Split(text));
        }
    }

    [Theory]
    [InlineData("Write a poem, please!", "write a poem please")]
    [InlineData("don't “can’t” 'so'", "don't can’t so")]
    [InlineData("3.14 1,000 v2.0 e.g. a.b 3,x", "3.14 1,000 v2.0 e.g a.b 3 x")]
    [InlineData("snake_case __ _a_ 12:30 a:b a;b", "snake_case _a_ 12 30 a:b a b")]
    [InlineData("Café STRASSE Straße ΣΟΦΟΣ σοφος", "café strasse straße σοφοσ σοφοσ")]
    [InlineData("Напиши стихотворение о море.", "напиши стихотворение о море")]
    [InlineData("समुद्र पर एक कविता लिखें।", "समुद्र पर एक कविता लिखें")]
    [InlineData("写一首诗。", "写 一 首 诗")]
    [InlineData("海の詩をカキ", "海 の 詩 を カ キ")]
    [InlineData("ที่รัก 12", "ที่ รั ก 12")]
    [InlineData("시를 써줘", "시를 써줘")]
    [InlineData("𠮷野家 5️⃣ 👍🏽", "𠮷 野 家 5️⃣")]
    [InlineData("soft\u00ADhyphen zero\u200Bwidth", "softhyphen zero width")]
    [InlineData("  \u0301 —", "")]
    public void Modern_words_are_those_of_every_script(string text, string words) => Assert.Equal(Spaced(words), WordSplitter.Modern.Split(text));

    [Theory]
    [InlineData("请写一首关于大海的短诗。", "请你写一首关于大海的短诗", "请解释什么是光合作用。")]
    [InlineData("海についての短い詩を書いてください。", "海についての短い詩を書いて下さい", "光合成とは何か説明してください。")]
    [InlineData("เขียนบทกวีสั้นเกี่ยวกับทะเล", "เขียนบทกวีสั้นๆ เกี่ยวกับทะเล", "อธิบายการสังเคราะห์ด้วยแสง")]
    [InlineData("Напиши короткое стихотворение о синем море.", "Напиши очень короткое стихотворение о синем море", "Объясни, что такое фотосинтез у растений.")]
    [InlineData("समुद्र के बारे में एक छोटी कविता लिखें।", "समुद्र के बारे में एक छोटी सी कविता लिखें", "प्रकाश संश्लेषण क्या है, समझाइए।")]
    public void Near_duplicates_of_every_script_are_found_in_modern_words_only(string first, string near, string other)
    {
        var modern = new NoveltyIndex(new NoveltyOptions { Words = WordSplitter.Modern });
        modern.Add(first);
        Assert.Equal(first, modern.FindAbove(near)?.Text);
        Assert.True(modern.IsNovel(other));

        // To the released scorer these texts are empty, even equal ones: similar to nothing.
        var released = new NoveltyIndex();
        released.Add(first);
        Assert.True(released.IsNovel(near));
        Assert.True(released.IsNovel(first));
    }

    [Fact]
    public void An_unpaired_surrogate_separates()
    {
        Assert.Equal(["a", "b"], WordSplitter.Modern.Split("a\uD83Db"));
        Assert.Equal(["a"], WordSplitter.Modern.Split("a\uDC00"));
    }

    static string[] Spaced(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
