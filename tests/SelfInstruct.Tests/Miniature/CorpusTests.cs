using SelfInstruct.Miniature;

namespace SelfInstruct.Tests.Miniature;

public sealed class CorpusTests
{
    static readonly Document[] Some = [.. Corpus.Generate(1, 4_000_000)];

    [Fact]
    public void The_same_seed_writes_the_same_documents_in_any_order()
    {
        Assert.Equal(Some[4_000].Text, Corpus.Write(1, 4_000, isHeldOut: false).Text);
        Assert.Equal(Some[7].Text, Corpus.Write(1, 7, isHeldOut: false).Text);
        Assert.NotEqual(Some[7].Text, Corpus.Write(2, 7, isHeldOut: false).Text);
    }

    [Fact]
    public void Documents_fit_the_context()
    {
        Assert.InRange(Some.Average(document => document.Text.Length), 300, 1_200);
        Assert.True(Some.Count(document => document.Text.Length > 1_700) < Some.Length / 50);
    }

    [Fact]
    public void Nearly_nothing_repeats() =>
        Assert.True(Some.Select(document => document.Text).Distinct().Count() > Some.Length * 99 / 100);

    [Fact]
    public void The_vocabulary_is_small()
    {
        var words = Some.SelectMany(document => document.Text.Split([' ', '\n', '.', ',', '?', '!', ':', ';', '"'])).Where(w => w.All(char.IsAsciiLetter)).ToHashSet();
        Assert.InRange(words.Count, 1_000, 3_000);
    }

    [Fact]
    public void Every_kind_is_there_and_most_text_is_examples()
    {
        var share = Some.Skip(3_000).CountBy(document => document.Kind).ToDictionary(pair => pair.Key, pair => (double)pair.Value / (Some.Length - 3_000));
        Assert.InRange(share[DocumentKinds.InputFirst], 0.57, 0.67);
        Assert.InRange(share[DocumentKinds.Instructions], 0.09, 0.15);
        Assert.InRange(share[DocumentKinds.OutputFirst], 0.09, 0.15);
        Assert.InRange(share[DocumentKinds.Classification], 0.03, 0.08);
        Assert.InRange(share[DocumentKinds.Copy], 0.03, 0.08);
        Assert.InRange(share[DocumentKinds.Story], 0.02, 0.07);
    }

    [Fact]
    public void Training_sees_no_instruction_that_is_held_out()
    {
        Assert.All(Instructions(Some), instruction => Assert.False(HoldOut.IsHeldOut(instruction)));
        Assert.All(Instructions(Corpus.HeldOut(1, 200_000)), instruction => Assert.True(HoldOut.IsHeldOut(instruction)));
    }

    [Fact]
    public void Examples_are_right_and_no_input_of_them_is_held_out()
    {
        var seen = 0;
        foreach (var (family, slots, input, output) in Some.Where(d => d.Kind == DocumentKinds.InputFirst).Take(300).SelectMany(Examples))
        {
            Assert.True(family.IsRight(slots, input, output), $"{family}: {input} / {output}");
            Assert.False(HoldOut.IsHeldOut(family, slots, input));
            seen++;
        }

        Assert.InRange(seen, 1_000, 5_000);
    }

    [Fact]
    public void Headers_are_read_but_not_learned_and_outputs_always_learned()
    {
        foreach (var document in Some.Where(d => d.Kind is not (DocumentKinds.Copy or DocumentKinds.Story)).Take(500))
        {
            Assert.False(document.Pieces[0].Learn);
            Assert.EndsWith("\n", document.Pieces[0].Text, StringComparison.Ordinal);
            Assert.All(document.Pieces.Where(p => p.Text.StartsWith(PromptFormats.Output, StringComparison.Ordinal)), p => Assert.True(p.Learn));
        }

        var inputs = Some.SelectMany(d => d.Pieces).Where(p => p.Text.StartsWith(PromptFormats.Input, StringComparison.Ordinal)).ToArray();
        Assert.InRange(inputs.Count(p => p.Learn) / (double)inputs.Length, 0.33, 0.37);
    }

    [Fact]
    public void No_document_has_the_layout_of_fine_tuning() =>
        Assert.DoesNotContain(Some, d => d.Text.Contains("\n\nInput:", StringComparison.Ordinal) || d.Text.Contains("\n\nOutput:", StringComparison.Ordinal));

    [Fact]
    public void An_example_document_reads_so()
    {
        var text = Some.First(d => d.Kind == DocumentKinds.InputFirst).Text;
        Assert.StartsWith(PromptFormats.InputFirstHeader + "\n\nTask: ", text, StringComparison.Ordinal);
        Assert.Matches(@"\A[^\n]+(\n\nTask: [^\n]+((\nExample \d\nInput: [^\n]+\nOutput: [^\n]+)+|\nOutput: [^\n]+))+\z", text);
    }

    static IEnumerable<string> Instructions(IEnumerable<Document> documents) => documents
        .SelectMany(document => document.Text.Split('\n'))
        .Where(line => line.StartsWith("Task: ", StringComparison.Ordinal))
        .Select(line => line["Task: ".Length..]);

    static IEnumerable<(TaskFamily Family, SelfInstruct.Miniature.Language.Slots Slots, string Input, string Output)> Examples(Document document)
    {
        var (input, task) = ("", default(Recognised));
        foreach (var line in document.Text.Split('\n'))
        {
            if (line.StartsWith("Task: ", StringComparison.Ordinal))
            {
                (input, task) = ("", World.Recognise(line["Task: ".Length..]));
            }
            else if (line.StartsWith("Input: ", StringComparison.Ordinal))
            {
                input = line["Input: ".Length..];
            }
            else if (line.StartsWith("Output: ", StringComparison.Ordinal))
            {
                Assert.NotNull(task);
                yield return (task.Family, task.Slots, input, line["Output: ".Length..]);
            }
        }
    }
}
