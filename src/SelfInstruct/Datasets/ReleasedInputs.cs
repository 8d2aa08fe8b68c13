using System.Text;
using SelfInstruct.Python;

namespace SelfInstruct.Datasets;

/// <summary>The clean-up that the published code applies to half of the inputs (prepare_for_finetuning.py).</summary>
public static class ReleasedInputs
{
    /// <summary>
    /// Where the words that stand directly before a colon are all the same one, everything to the first colon goes,
    /// that of "https:" too; two line feeds become one.
    /// </summary>
    public static string RemoveLoneFieldName(string input)
    {
        var named = FindWordsBeforeColons(input).Distinct().Take(2).Count() == 1;
        return (named ? PythonText.Strip(input[(input.IndexOf(':', StringComparison.Ordinal) + 1)..]) : input).Replace("\n\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>re.findall(r"(\w+):", text).</summary>
    static IEnumerable<string> FindWordsBeforeColons(string text)
    {
        for (var colon = text.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            var start = colon;
            while (Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var rune, out var length) == System.Buffers.OperationStatus.Done && PythonText.IsWord(rune))
            {
                start -= length;
            }

            if (start < colon)
            {
                yield return text[start..colon];
            }
        }
    }
}
