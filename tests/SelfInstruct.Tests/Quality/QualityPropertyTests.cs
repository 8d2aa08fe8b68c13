using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SelfInstruct.Answers;
using SelfInstruct.Datasets;
using SelfInstruct.Quality;

namespace SelfInstruct.Tests.Quality;

public sealed class QualityPropertyTests
{
    /// <summary>Pieces that rules look for, and what is odd in any text: half a pair, other scripts, other line ends.</summary>
    static readonly Gen<string> Text = Gen.ArrayOf(Gen.Elements(
        "a", " ", "\n", "\n\n", "Input: x\n", "Output: y\n", "Example 2\n", "### Response:", "```", "````js\n", "1 + 2 = 4", "1,5 + 2 = ", "99999999999999999999 * 3 = 1", "5 / 0 = 0",
        "\uD83D", "é", "чайка ", "+1 212 736 5000", "jo@gmail.com", "4111 1111 1111 1111", "sk-0123456789abcdefghij", "[your name]", "lorem ipsum", "as an AI,", "I cannot help", "the", ",",
        "it rains ", "it rains it rains it rains it rains it rains ", "\r\n", "\u2028", "\0", "bad", "DE89370400440532013000", "what is 3+4")).Select(static pieces => string.Concat(pieces));

    static readonly Arbitrary<TrainingExample> Rows = Arb.From(
        from instruction in Text
        from input in Text
        from output in Text
        select new TrainingExample(instruction, input, output));

    static readonly QualityContext[] Contexts = [QualityContext.None, new("en", new WordList(["bad", "b", "é\n"])), new("zh")];

    [Fact]
    public void No_rule_throws_and_every_fault_lies_in_its_field() =>
        Check(Prop.ForAll(Rows, static row => Contexts.SelectMany(context => QualityRules.Check(row, QualityRules.All, context)).All(named =>
        {
            _ = named.Fault.PassageIn(row);
            return named.Fault.Start >= 0 && named.Fault.Length >= 0;
        })));

    [Fact]
    public void What_is_mended_needs_no_mending_and_lost_only_what_is_listed() =>
        Check(Prop.ForAll(Rows, static row =>
        {
            var (mended, fixes) = RowFix.Mend(row, RowFix.Rules);
            var (again, none) = RowFix.Mend(mended, RowFix.Rules);
            var lost = row.Instruction.Length + row.Input.Length + row.Output.Length - mended.Instruction.Length - mended.Input.Length - mended.Output.Length;
            return again == mended && none.IsEmpty && lost == fixes.Sum(static fix => fix.Removed.Length)
                && QualityRules.Check(mended, QualityRules.Named(["white_space"]), QualityContext.None).IsEmpty;
        }));

    [Fact]
    public void Loops_are_those_of_a_slow_twin() =>
        Check(Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.Elements("a ", "B ", "b ", "é ", "it, ", "7 ", "\n", "a b a b a b a b ", "one two three\n")).Select(static pieces => string.Concat(pieces))), static text =>
            AnswerFaults.IsRepeated(text) == IsRepeated(text)));

    /// <summary>As it is defined: words cut out, upper-cased and compared one by one.</summary>
    static bool IsRepeated(string text)
    {
        var lines = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).ToList();
        if (lines.Any(line => Words(line).Count >= 3 && line.Any(char.IsLetter) && lines.Count(other => other == line) is var count && count >= 4 && count * 2 >= lines.Count))
        {
            return true;
        }

        var words = Words(text).ConvertAll(static word => word.ToUpperInvariant());
        return Enumerable.Range(1, 12).Any(period => Enumerable.Range(0, words.Count).Any(start =>
        {
            var run = Enumerable.Range(start + period, Math.Max(0, words.Count - start - period)).TakeWhile(i => words[i] == words[i - period]).ToList();
            var needed = Math.Max(3 * period, 7);
            return run.Count >= needed && run.Any(i => words[i].Any(char.IsLetter));
        }));
    }

    static List<string> Words(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (var c in text + " ")
        {
            if (char.IsLetter(c) || char.IsNumber(c))
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;
    }

    static void Check(Property property) => property.QuickCheckThrowOnFailure();
}
