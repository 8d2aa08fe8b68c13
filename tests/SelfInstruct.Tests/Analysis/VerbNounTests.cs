using System.Text.Json;
using SelfInstruct.Analysis.VerbNouns;

namespace SelfInstruct.Tests.Analysis;

/// <summary>The convention's own examples (docs/verb-noun-guide.md), and how often extraction agrees with the labels.</summary>
public sealed class VerbNounTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Write a short story about a dog.", "write", "story")]
    [InlineData("Given a list of numbers, find the smallest value.", "find", "value")]
    [InlineData("In this task, classify the animal.", "classify", "animal")]
    [InlineData("Could you suggest three books?", "suggest", "book")]
    [InlineData("Would you mind explaining the rule?", "explain", "rule")]
    [InlineData("In this task, you are asked to classify headlines.", "classify", "headline")]
    [InlineData("Your task is to label each review.", "label", "review")]
    [InlineData("I want you to act as a guide.", "act", null)]
    [InlineData("I need a recipe for soup.", "need", "recipe")]
    [InlineData("Let's play a game.", "play", "game")]
    [InlineData("How do I remove a stain?", "remove", "stain")]
    [InlineData("What causes tides?", "cause", "tide")]
    [InlineData("Why does dough rise?", "rise", null)]
    [InlineData("Which tests should I run?", "run", "test")]
    [InlineData("How many tins do I have to buy?", "buy", "tin")]
    [InlineData("How to tie a knot", "tie", "knot")]
    [InlineData("What is the capital of France?", null, null)]
    [InlineData("A haiku about winter.", null, null)]
    [InlineData("Do not use the letter e. Name a fruit.", "name", "fruit")]
    [InlineData("You are a teacher. Help me write a letter.", "write", "letter")]
    [InlineData("Make up a riddle.", "make", "riddle")]
    [InlineData("List the first ten prime numbers.", "list", "number")]
    [InlineData("Create a list of items needed for a trip.", "create", "list")]
    [InlineData("Summarize the customer's problem.", "summarize", "problem")]
    [InlineData("Count all of the items.", "count", "item")]
    [InlineData("Assign the ticket a priority.", "assign", "priority")]
    [InlineData("Tell our customers that we are late.", "tell", "customer")]
    [InlineData("Label the habit safe or risky.", "label", "habit")]
    [InlineData("Expand and simplify the expression.", "expand", "expression")]
    [InlineData("Extract from the text all names.", "extract", "name")]
    [InlineData("Come up with a plan.", "come", null)]
    [InlineData("Explain why the sky is blue.", "explain", null)]
    [InlineData("Translate \"good night\".", "translate", null)]
    [InlineData("Name two criteria.", "name", "criterion")]
    [InlineData("wrtie a poem", "write", "poem")]
    [InlineData("", null, null)]
    [InlineData("?!… \u0000 \uD800", null, null)]
    public void Examples_of_the_convention_are_read_as_it_says(string instruction, string? verb, string? noun) =>
        Assert.Equal(new VerbNoun(verb, noun), VerbNoun.Of(instruction));

    [Fact]
    public void Accuracy_on_the_held_out_labels_is_what_the_report_says()
    {
        var labels = File.ReadLines(Repository.In("tests", "SelfInstruct.Tests", "Analysis", "verb-noun.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal((200, VerbNounAccuracy.Sentences), (Count(labels, "dev").Length, Count(labels, "test").Length));
        foreach (var split in new[] { "dev", "test" })
        {
            var agreed = Count(labels, split);
            output.WriteLine($"{split}: {agreed.Length} sentences, verb {agreed.Count(static one => one.Verb)}, noun {agreed.Count(static one => one.Noun)}, both {agreed.Count(static one => one is { Verb: true, Noun: true })}");
        }

        var test = Count(labels, "test");
        Assert.Equal(
            (VerbNounAccuracy.SameVerb, VerbNounAccuracy.SameNoun, VerbNounAccuracy.SamePair),
            (test.Count(static one => one.Verb), test.Count(static one => one.Noun), test.Count(static one => one is { Verb: true, Noun: true })));
    }

    [Fact]
    public void Any_text_is_read_without_a_fault_and_in_time()
    {
        var random = new Random(9);
        string[] words = ["write", "the", "a", "of", ",", ":", "\"", "'", "what", "do", "you", "is", "to", "that", "please", "list", "5", ".", "?", "make", "sure", "one", "his", "-", "\n", "given", "help", "me", "and"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => words[random.Next(words.Length)]));
            var found = VerbNoun.Of(text);
            Assert.False(found is { Verb: null, Noun: not null }, text);
        }

        _ = VerbNoun.Of(string.Concat(Enumerable.Repeat("write, ", 100_000)));
    }

    static (bool Verb, bool Noun)[] Count(List<JsonElement> labels, string split) =>
    [
        .. labels.Where(label => label.GetProperty("split").GetString() == split).Select(static label =>
        {
            var found = VerbNoun.Of(label.GetProperty("sentence").GetString()!);
            return (found.Verb == label.GetProperty("verb").GetString(), found.Noun == label.GetProperty("noun").GetString());
        }),
    ];
}
