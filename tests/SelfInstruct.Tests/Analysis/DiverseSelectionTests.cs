using SelfInstruct.Analysis.Selection;
using SelfInstruct.Novelty;
using SelfInstruct.Tests.Novelty;

namespace SelfInstruct.Tests.Analysis;

public sealed class DiverseSelectionTests
{
    [Fact]
    public void The_lazy_selection_is_that_of_looking_at_every_row_every_time()
    {
        string[] verbs = ["Write a", "Find the", "What is", "Name two", ""];
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            var rows = AdversarialTexts.Create(70, seed).ConvertAll(text => new SelectableRow($"{verbs[random.Next(verbs.Length)]} {text}", random.Next(4) == 0 ? "classification" : "other"));
            Assert.Equal(Slowly(rows, 35), DiverseSelection.Select(rows, 35, CancellationToken.None));
        }
    }

    [Fact]
    public void Classes_are_taken_in_turn_until_one_has_no_more()
    {
        var rows = Enumerable.Range(0, 20).Select(static i => new SelectableRow($"Write text number {i}.", i < 3 ? "classification" : "other")).ToList();
        var selected = DiverseSelection.Select(rows, 10, CancellationToken.None);
        Assert.Equal(3, selected.Take(6).Count(static i => i < 3));
        Assert.Equal(7, selected.Count(static i => i >= 3));
    }

    [Fact]
    public void A_shorter_selection_is_the_beginning_of_a_longer_one_and_all_rows_come_once()
    {
        var rows = AdversarialTexts.Create(80, seed: 2).ConvertAll(static text => new SelectableRow(text, "other"));
        var all = DiverseSelection.Select(rows, 500, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 80), all.Order());
        Assert.Equal(all[..17], DiverseSelection.Select(rows, 17, CancellationToken.None));
    }

    [Fact]
    public void Near_copies_and_more_of_one_verb_and_noun_come_last()
    {
        List<SelectableRow> rows =
        [
            new("Write a story about a dog that sings.", "other"),
            new("Write a story about a dog that sings!", "other"),
            new("Write a story about trains.", "other"),
            new("Translate the menu into German.", "other"),
            new("What is the tallest mountain?", "other"),
        ];
        Assert.Equal(1, DiverseSelection.Select(rows, 5, CancellationToken.None)[^1]);
        Assert.Equal(2, DiverseSelection.Select(rows, 5, CancellationToken.None)[^2]);
    }

    static List<int> Slowly(List<SelectableRow> rows, int count)
    {
        List<int> selected = [];
        var words = rows.ConvertAll(static row => (IReadOnlyList<string>)[.. WordSplitter.Released.Split(row.Instruction).Select(string.Intern)]);
        var cells = rows.ConvertAll(static row => DiverseSelection.Cell(row.Instruction));
        var scores = words.ConvertAll(one => words.ConvertAll(other => NoveltyScan.FMeasure(one, other)));
        while (selected.Count < count)
        {
            var free = Enumerable.Range(0, rows.Count).Except(selected).ToList();
            var next = free.Select(i => rows[i].Class).Distinct().OrderBy(name => selected.Count(i => rows[i].Class == name)).ThenBy(static name => name, StringComparer.Ordinal).First();
            selected.Add(free.Where(i => rows[i].Class == next).MaxBy(i =>
                (1 - selected.Select(other => scores[i][other]).Append(0).Max()) / (1 + selected.Count(other => cells[other] == cells[i]))));
        }

        return selected;
    }
}
