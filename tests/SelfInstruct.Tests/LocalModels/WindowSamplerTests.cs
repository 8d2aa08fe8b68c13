using SelfInstruct.LocalModels.Training;

namespace SelfInstruct.Tests.LocalModels;

public sealed class WindowSamplerTests
{
    [Theory]
    [InlineData(17, 16)]
    [InlineData(40, 16)]
    [InlineData(1000, 7)]
    [InlineData(2, 1)]
    public void Every_window_lies_inside_the_text_and_none_overlaps_another_of_its_epoch(int textLength, int windowLength)
    {
        var sampler = new WindowSampler(textLength, windowLength, seed: 3);
        var windows = Math.Max(1, (textLength - windowLength) / windowLength);
        for (var epoch = 0; epoch < 4; epoch++)
        {
            int[] starts = [.. Enumerable.Range(epoch * windows, windows).Select(index => sampler.Start(index)).Order()];
            Assert.All(starts, start => Assert.InRange(start, 0, textLength - windowLength - 1));
            Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= windowLength));
        }
    }

    [Fact]
    public void Epochs_and_seeds_differ_in_order()
    {
        var sampler = new WindowSampler(10_001, 10, seed: 1);
        int[] first = [.. Enumerable.Range(0, 999).Select(index => sampler.Start(index))];
        int[] second = [.. Enumerable.Range(999, 999).Select(index => sampler.Start(index))];
        var other = new WindowSampler(10_001, 10, seed: 2);
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, [.. Enumerable.Range(0, 999).Select(index => other.Start(index))]);
        Assert.NotEqual(first, [.. first.Order()]);
    }

    [Fact]
    public void The_learning_rate_warms_up_and_follows_half_a_cosine_to_its_floor()
    {
        var options = new TrainingOptions { Steps = 111, WarmupSteps = 10, LearningRate = 2, FinalLearningRateShare = 0.5 };
        Assert.Equal(0.2, LearningRateSchedule.At(0, options), 1e-12);
        Assert.Equal(2, LearningRateSchedule.At(9, options), 1e-12);
        Assert.Equal(2, LearningRateSchedule.At(10, options), 1e-12);
        Assert.Equal(1.5, LearningRateSchedule.At(60, options), 1e-12);
        Assert.Equal(1, LearningRateSchedule.At(110, options), 1e-12);
    }
}
