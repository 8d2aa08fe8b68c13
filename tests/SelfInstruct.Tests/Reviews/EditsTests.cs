using SelfInstruct.Reviews;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Reviews;

public sealed class EditsTests
{
    static readonly GeneratedInstance[] Rows = [new("Say a.", "", "a", "i0"), new("Say b.", "x", "b", "i1"), new("Say c.", "", "c")];

    [Fact]
    public void The_last_edit_of_a_row_counts_and_rows_keep_their_order()
    {
        var edited = Edits.Apply(Rows, [Of(1, output: "bad"), Of(0, output: "A"), Of(1, instruction: "Say B.", input: "", output: "B")]);
        Assert.Equal([Rows[0] with { Output = "A" }, Rows[1] with { Instruction = "Say B.", Input = "", Output = "B" }, Rows[2]], edited.Rows);
        Assert.Equal(2, edited.Edited);
        Assert.Empty(edited.Rejected);
        Assert.Empty(edited.Stale);
    }

    [Fact]
    public void A_rejected_row_is_left_out_and_named_and_can_be_taken_back()
    {
        var edited = Edits.Apply(Rows, [Of(1) with { Rejected = true }]);
        Assert.Equal([Rows[0], Rows[2]], edited.Rows);
        Assert.Equal([Rows[1]], edited.Rejected);
        Assert.Equal(Rows, Edits.Apply(Rows, [Of(1) with { Rejected = true }, Of(1)]).Rows);
    }

    [Fact]
    public void An_edit_that_confirms_the_row_changes_nothing()
    {
        Assert.Equal((0, 3), (Edits.Apply(Rows, [Of(0)]).Edited, Edits.Apply(Rows, [Of(0)]).Rows.Length));
    }

    [Fact]
    public void An_edit_of_another_text_under_the_same_id_is_not_applied_but_told()
    {
        var edit = Of(0, output: "A");
        var edited = Edits.Apply([Rows[0] with { Input = "new" }], [edit]);
        Assert.Equal([Rows[0] with { Input = "new" }], edited.Rows);
        Assert.Equal([edit], edited.Stale);
    }

    [Fact]
    public void A_row_without_an_id_goes_by_its_place()
    {
        Assert.Equal("row_3", Edits.IdOf(Rows[2], 2));
        Assert.Equal("C", Edits.Apply(Rows, [Of(2, output: "C")]).Rows[2].Output);
    }

    [Fact]
    public void A_row_is_found_by_every_text_it_has_had()
    {
        // By what `export` and `explain` go: a fine-tuning file may be older than an edit, or younger.
        var byText = ExportRows.ByText([.. Rows], [Of(1, output: "first"), Of(1, output: "second")]);
        Assert.All(["b", "first", "second"], output => Assert.Equal(Rows[1], byText[new("Say b.", "x", output)].Row));
        Assert.Equal("second", byText[new("Say b.", "x", "b")].Edit?.Output);
        Assert.Null(byText[new("Say a.", "", "a")].Edit);
        Assert.False(byText.ContainsKey(new("Say b.", "x", "third")));
    }

    [Fact]
    public void A_hash_depends_on_where_a_text_ends()
    {
        Assert.NotEqual(Edits.Hash(new("ab", "c", "d")), Edits.Hash(new("a", "bc", "d")));
        Assert.NotEqual(Edits.Hash(new("a", "bc", "d")), Edits.Hash(new("a", "b", "cd")));
    }

    static Edit Of(int place, string? instruction = null, string? input = null, string? output = null) => new(
        $"key-{place}", Edits.IdOf(Rows[place], place), Edits.Hash(Rows[place]), "anna", default, Rejected: false,
        instruction ?? Rows[place].Instruction, input ?? Rows[place].Input, output ?? Rows[place].Output);
}
