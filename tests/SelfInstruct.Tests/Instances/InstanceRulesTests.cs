using SelfInstruct.Instances;
using SelfInstruct.Tasks;

namespace SelfInstruct.Tests.Instances;

public sealed class InstanceRulesTests
{
    [Theory]
    [InlineData("a", "a", "output_equals_input")]
    [InlineData("a", "", "empty_output")]
    [InlineData("a", "The list: ", "ends_with_colon")]
    [InlineData("Sentence:", "b", "ends_with_colon")]
    public void A_flawed_instance_is_rejected_by_name(string input, string output, string rule) =>
        Assert.Equal([new RejectedInstance(new Instance(input, output), rule)], InstanceRules.Filter([new Instance(input, output)], cutOff: false).Rejected);

    [Fact]
    public void One_input_with_two_outputs_discredits_all_instances_of_the_task()
    {
        var filtered = InstanceRules.Filter([new("a", "b"), new("a", "c"), new("d", "e")], cutOff: false);
        Assert.Empty(filtered.Kept);
        Assert.All(filtered.Rejected, static rejection => Assert.Equal("same_input_different_output", rejection.Rule));
    }

    [Fact]
    public void An_empty_input_may_have_several_outputs() =>
        Assert.Equal(2, InstanceRules.Filter([new("", "b"), new("", "c")], cutOff: false).Kept.Length);

    [Fact]
    public void A_repeated_instance_is_kept_once()
    {
        var filtered = InstanceRules.Filter([new("a", "b"), new("a", "b")], cutOff: false);
        Assert.Single(filtered.Kept);
        Assert.Equal("duplicate_instance", Assert.Single(filtered.Rejected).Rule);
    }

    [Fact]
    public void The_last_instance_of_a_completion_that_ran_out_of_tokens_is_dropped() =>
        Assert.Equal("cut_off", Assert.Single(InstanceRules.Filter([new("a", "b"), new("c", "d")], cutOff: true).Rejected).Rule);
}
