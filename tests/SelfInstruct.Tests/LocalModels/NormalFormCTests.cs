using System.Security.Cryptography;
using System.Text;
using SelfInstruct.LocalModels.Tokenization;

namespace SelfInstruct.Tests.LocalModels;

/// <summary>Hashes are printed by tests/references/unicode/nfc.py, of Python's unicodedata (Unicode 14).</summary>
public sealed class NormalFormCTests
{
    [Theory]
    [InlineData("cafe\u0301", "café")]
    [InlineData("a\u0323\u0302", "ậ")]
    [InlineData("a\u0302\u0323", "ậ")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글")]
    [InlineData("\u212b \u2126", "Å Ω")]
    [InlineData("plain text", "plain text")]
    public void Letters_and_marks_become_one_character(string given, string expected) => Assert.Equal(expected, NormalFormC.Normalize(given));

    [Fact]
    public void Every_character_alone_has_the_form_of_the_reference()
    {
        var all = string.Concat(Points().Select(code => NormalFormC.Normalize(new Rune(code).ToString()) + "|"));
        Assert.Equal("ec365ca0c1d7ca082e001f1d9e058c1f40171432e7de473aac6e35a66281d96b", Hash(all));
    }

    static IEnumerable<int> Points() => Enumerable.Range(0, 0x110000).Where(code => code is < 0xD800 or > 0xDFFF);

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Marks_and_letters_in_any_order_have_the_form_of_the_reference()
    {
        int[] pool = [.. NormalFormC.Interesting(), .. Enumerable.Range(0x41, 26), .. Enumerable.Range(0x1100, 19), .. Enumerable.Range(0x1161, 21), .. Enumerable.Range(0x11A7, 28), 0xAC00, 0xAC01];
        Assert.Equal(3065, pool.Length);
        var (state, all) = (12345L, new StringBuilder());
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (var k = 0; k < 6; k++)
            {
                state = ((state * 1103515245) + 12345) % (1L << 31);
                text.Append(new Rune(pool[(state >> 8) % pool.Length]).ToString());
            }

            all.Append(NormalFormC.Normalize(text.ToString())).Append('|');
        }

        Assert.Equal("77b9bf49be5ebca8afde256f0acc919052ece8ec0c0e127edfd693c8f6885f08", Hash(all.ToString()));
    }
}
