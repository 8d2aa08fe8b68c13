using System.Text.RegularExpressions;
using SelfInstruct.Miniature;
using SelfInstruct.Novelty;

namespace SelfInstruct.Tests.Miniature;

public sealed partial class TaskFamilyTests
{
    const int Draws = 300;

    public static TheoryData<string> Names => [.. World.Families.Select(family => family.Name)];

    [Fact]
    public void The_world_is_wide()
    {
        var count = World.Families.Length;
        Assert.InRange(count, 100, 200);
        Assert.Equal(count, World.Families.Select(family => family.Name).Distinct().Count());
        Assert.InRange(World.Families.Count(family => family.IsClassification), count / 5, count * 3 / 10);
        Assert.InRange(World.Families.Count(family => !family.NeedsInput), count / 10, count / 5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_is_right_by_its_own_family(string name)
    {
        var (family, random) = (Find(name), new Random(1));
        for (var i = 0; i < Draws; i++)
        {
            var said = family.Phrase(random, i % family.PhrasingCount);
            var (input, output) = family.Example(random, said.Slots);
            Assert.True(family.IsRight(said.Slots, input, output), $"{said.Text} / {input} / {output}");
            Assert.Equal(family.NeedsInput, input.Length > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_pipeline_accepts_its_instructions_and_instances(string name)
    {
        var (family, random) = (Find(name), new Random(2));
        for (var i = 0; i < Draws; i++)
        {
            var said = family.Phrase(random, i % family.PhrasingCount);
            Assert.InRange(said.Text.Split(' ').Length, 4, 25);
            Assert.DoesNotMatch(Rejected(), said.Text);
            Assert.Matches("^[A-Z].*[.?]$", said.Text);
            Assert.DoesNotMatch(Ungrammatical(), said.Text);
            var (input, output) = family.Example(random, said.Slots);
            Assert.NotEqual(input, output);
            Assert.NotEmpty(output);
            Assert.DoesNotMatch(@":\s*$|\n|[{}|@_]{1,2}(?!_)\w|^\s|\s$", input.Replace("___", "", StringComparison.Ordinal));
            Assert.DoesNotMatch(@":\s*$|\n|[{}|@_]|^\s|\s$", output);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_instruction_leads_back_to_its_family_and_slots(string name)
    {
        var (family, random) = (Find(name), new Random(3));
        for (var i = 0; i < 40; i++)
        {
            var said = family.Phrase(random, i % family.PhrasingCount);
            var lowered = said.Text[..1] + said.Text[1..].ToLowerInvariant();
            foreach (var text in new[] { said.Text, lowered })
            {
                var recognised = World.Recognise(text);
                Assert.True(family == recognised?.Family, $"'{text}' is of {name}, not {recognised?.Family}");
                var (input, output) = family.Example(random, said.Slots);
                Assert.True(family.IsRight(recognised!.Slots, input, output), $"{text} / {recognised.Slots} / {input} / {output}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_own_answer_to_any_input_is_right_or_it_has_none(string name)
    {
        var (family, random) = (Find(name), new Random(8));
        for (var i = 0; i < 40; i++)
        {
            var said = family.Phrase(random);
            var input = family.Example(random, said.Slots).Input;
            var answer = family.Answer(random, said.Slots, input);
            Assert.NotNull(answer);
            Assert.True(family.IsRight(said.Slots, input, answer), $"{said.Text} / {input} / {answer}");
            var other = family.Answer(random, said.Slots, input + " zzz");
            Assert.True(other is null || family.IsRight(said.Slots, input + " zzz", other), $"{said.Text} / {input} zzz / {other}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_output_is_noticed(string name)
    {
        var (family, random) = (Find(name), new Random(4));
        var said = family.Phrase(random);
        var (input, output) = family.Example(random, said.Slots);
        Assert.False(family.IsRight(said.Slots, input, output + " elephants"));
        Assert.False(family.IsRight(said.Slots, input + " zzz", output));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_label_has_inputs_that_bear_only_this_label(string name)
    {
        var (family, random) = (Find(name), new Random(5));
        foreach (var label in family.Labels)
        {
            for (var i = 0; i < 60; i++)
            {
                var said = family.Phrase(random);
                var (input, output) = family.Example(random, said.Slots, label);
                Assert.Equal(label, output);
                Assert.All(family.Labels, other => Assert.True(family.IsRight(said.Slots, input, other) == (other == label), $"{input}: {label}, {other}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Phrasings_of_a_family_differ_in_structure(string name)
    {
        var (family, random) = (Find(name), new Random(6));
        var said = Enumerable.Range(0, family.PhrasingCount).Select(i => family.Phrase(random, i).Text).ToArray();
        Assert.InRange(said.Length, 10, 20);
        var phrasings = new NoveltyIndex();
        var close = said.Where(text => !phrasings.TryAdd(text)).ToArray();
        Assert.True(close.Length <= said.Length / 3, string.Join('\n', close));
    }

    [Fact]
    public void Broken_input_is_simply_not_right()
    {
        var random = new Random(7);
        foreach (var family in World.Families)
        {
            var said = family.Phrase(random);
            foreach (var input in new[] { "", " ", ",", "x", "7", "a, b", "99999999999", "Who?", "É, ü" })
            {
                Assert.False(family.IsRight(said.Slots, input, "no such output"), family.Name);
            }
        }
    }

    static TaskFamily Find(string name) => World.Families.Single(family => family.Name == name);

    // The instruction rules of Self-Instruct (bootstrap_instructions.py of yizhongw/self-instruct).
    [GeneratedRegex(@"\b(images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b|^Write a program|  ", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rejected();

    // "a or an before it" speaks of the articles themselves.
    [GeneratedRegex(@"\ba (?!or |and )[aeio]|\ban (?!or |be|by )[^aeiouh]|[{}|@]|the the|\bthe (this|these|the)\b| [.,?]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ungrammatical();
}
