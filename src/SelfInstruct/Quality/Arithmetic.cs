using System.Globalization;
using System.Text.RegularExpressions;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>
/// Sums of two plain numbers, "a + b = c" in an output, and a question "What is a + b?" with a number as its answer.
/// Only what cannot be read otherwise counts: no longer expressions, no units, no decimal commas, no other bases, no
/// line that speaks of an error. A result may be rounded or cut to its last place.
/// </summary>
static partial class Arithmetic
{
    const string Number = @"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?";
    const int MaxDigits = 12;
    const int LongestAnswer = 60;

    public static QualityFault? Find(TrainingExample row, QualityContext context) =>
        (FindStatement(row) ?? FindAnswer(row)) is { } fault && !HasOtherMeaning().IsMatch(row.Instruction) && !HasOtherMeaning().IsMatch(row.Input) ? fault : null;

    static QualityFault? FindStatement(TrainingExample row)
    {
        if (!row.Output.Contains('='))
        {
            return null;
        }

        for (var match = Statement().Match(row.Output); match.Success; match = match.NextMatch())
        {
            if (IsWrong(match, match.Groups["c"].Value) && !SpeaksOfError().IsMatch(LineOf(row.Output, match.Index)) && !HasOtherMeaning().IsMatch(LineOf(row.Output, match.Index)))
            {
                return new QualityFault("output", match.Index, match.Length, "the result is another");
            }
        }

        return null;
    }

    static QualityFault? FindAnswer(TrainingExample row)
    {
        if (row.Output.Length > LongestAnswer || Answer().Match(row.Output) is not { Success: true } answer)
        {
            return null;
        }

        var question = Question().Match(row.Instruction);
        question = question.Success || row.Input.Length == 0 || !Command().IsMatch(row.Instruction) ? question : Question().Match(row.Input);
        return question.Success && IsWrong(question, answer.Groups["c"].Value)
            ? QualityFault.Whole("output", row.Output, "the result is another")
            : null;
    }

    static bool IsWrong(Match sum, string result)
    {
        if (Parse(sum.Groups["a"].Value) is not { } a || Parse(sum.Groups["b"].Value) is not { } b || Parse(result.Replace('−', '-')) is not { } c)
        {
            return false;
        }

        decimal? exact = sum.Groups["op"].Value.Trim().ToLowerInvariant() switch
        {
            "+" or "plus" => a + b,
            "-" or "−" or "minus" => a - b,
            "/" or "÷" or "divided by" => b == 0 ? null : a / b,
            "*" or "×" or "x" or "times" or "multiplied by" => a * b,
            _ => null,
        };
        if (exact is not { } value || value == c)
        {
            return false;
        }

        // Whole numbers add up to whole numbers; only what has places can have lost some.
        var step = 1m;
        for (var place = 0; place < Places(c); place++)
        {
            step /= 10;
        }

        var mayBeRounded = value != decimal.Truncate(value) && Places(c) < Places(value);
        return !mayBeRounded || Math.Abs(value - c) >= step;
    }

    static int Places(decimal value) => value.Scale;

    static decimal? Parse(string text) =>
        text.Count(char.IsAsciiDigit) <= MaxDigits && decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    static string LineOf(string text, int index)
    {
        var start = text.LastIndexOf('\n', index) + 1;
        var end = text.IndexOf('\n', index);
        return text[start..(end < 0 ? text.Length : end)];
    }

    // A minus without spaces may be a range, a number beside a letter a term, and a number behind an operator part of a longer sum.
    [GeneratedRegex(
        @"(?<![\w.,:^\\$€£#)-]|[-+*/×÷−^\]}%°xX·⋅][ \t]*)(?<a>" + Number + @")(?: *(?<op>[+*×÷/]) *| +(?<op>[-−x]) +)(?<b>" + Number + @") *= *(?<c>[-−]?(?:" + Number + @"))(?![\w%°^²³¢$€£]|[.,:]\d|\.{2}|…| *[-+*/×÷−^(=≈·⋅]|[ \t]+\w)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Statement();

    [GeneratedRegex(
        @"^\s*(?:what(?:'s| is)|how much is|calculate|compute|evaluate|solve|find)?:?\s*(?:the (?:sum|product|difference|quotient|value|result|answer) (?:of|to)\s*)?(?<a>" + Number + @")\s*(?<op>[+*×÷/x]|\s[-−]\s|plus|minus|times|multiplied by|divided by)\s*(?<b>" + Number + @")\s*(?:=\s*\??|[?.])?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Question();

    [GeneratedRegex(@"^\s*(?:calculate|compute|evaluate|solve|work out|find the (?:result|value|answer))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\s*(?:(?:the )?(?:answer|result)(?: is)?:?\s*|=\s*)?(?<c>[-−]?(?:" + Number + @"))\s*\.?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Answer();

    [GeneratedRegex(
        @"\b(?:binary|base|octal|hex\w*|modul\w*|mod|bits?|clocks?|hours?|riddles?|puzzles?|jokes?|tricks?|patterns?|matri\w*|vectors?|strings?|concatenat\w*|integer division|true or false|wrong|false|incorrect\w*|mistakes?|errors?|correct\w*|fix|check|verify|nearest|round\w*|estimat\w*|approximat\w*)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HasOtherMeaning();

    [GeneratedRegex(@"\b(?:not|false|wrong|incorrect\w*|instead|should|error|mistakes?|remainder|about|approximately|roughly)\b|n't|≈|≠|~|!=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpeaksOfError();
}
