using SelfInstruct.Answers;
using SelfInstruct.Instances;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instances;

/// <summary>Each trap of the published code once, on sentences of our own.</summary>
public sealed class ReleasedInstancesTests
{
    [Fact]
    public void Markers_split_inside_words_too() =>
        Assert.Equal(
            [new Instance("", "s of fruit: plum")],
            ReleasedInstances.ParseInputFirst("Examples of fruit: plum"));

    [Fact]
    public void Of_several_outputs_the_first_counts_and_a_second_input_ends_it() =>
        Assert.Equal(
            [new Instance("7 and 3", "10")],
            ReleasedInstances.ParseInputFirst("Example 1\nInput: 7 and 3\nOutput 1 : 10\nInput 2: 1 and 1\nOutput 2: 2"));

    [Fact]
    public void Without_a_marker_there_is_no_instance() => Assert.Empty(ReleasedInstances.ParseInputFirst("Plums are blue."));

    [Fact]
    public void A_label_first_input_keeps_its_marker() =>
        Assert.Equal([new Instance("Input: rain again", "sad")], ReleasedInstances.ParseOutputFirst("Class label: sad\nInput: rain again"));

    [Fact]
    public void Markers_are_case_sensitive() => Assert.Empty(ReleasedInstances.ParseOutputFirst("class label: sad\nrain again"));

    [Fact]
    public void White_space_is_pythons() =>
        Assert.Equal([new Instance("a\u200B", "b")], ReleasedInstances.ParseInputFirst("Example\u001C1.\nInput\u001D:a\u200B \nOutput\u001E2:\u001Fb"));

    [Fact]
    public void A_colon_before_an_information_separator_is_at_the_end() =>
        Assert.Equal("ends_with_colon", InstanceRules.Filter([new Instance("list:\u001C", "b")], cutOff: false, InstanceRules.Released, AnswerContext.None).Rejected.Single().Rule);

    [Fact]
    public void A_batch_of_five_shares_the_shorter_completion_when_one_is_a_classification_task()
    {
        var instruction = new MachineInstruction("Name it", null, 0, null, 0, "instruction_0", 0);
        var identified = IdentifiedInstruction.InBatches(Enumerable.Range(0, 12).Select(place => (instruction, place is 6)));
        Assert.Equal([5, 6, 7, 8, 9], identified.Where(static task => task.BesideClassification).Select(static task => task.Place));
    }
}
