using System.Collections.Immutable;
using SelfInstruct.Answers;
using SelfInstruct.Classification;
using SelfInstruct.Curation;
using SelfInstruct.Datasets;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Models;
using SelfInstruct.Novelty;
using SelfInstruct.Quality;
using SelfInstruct.Runs;

namespace SelfInstruct.Tests.Fuzzing;

/// <summary>What models answer. Nothing in it is ever an error: at worst it is rejected by a rule's name.</summary>
static class AnswerTargets
{
    const string List = " Sort the words in the list.\n2. Is this sentence kind?\n3. Write a program that counts files.\n16. Name";
    const string Markdown = "Here are some tasks:\n\n**1.** Sort the words.\n- Write a poem about the sea.\n\n### Task 2: Say hello\n";
    const string Json = "```json\n[{\"instruction\": \"Sort the words.\", \"input\": \"b a\", \"output\": \"a b\"}, {\"task\": [\"x\"]}, \"Say hello\"]\n```";
    const string Alpaca = " Instruction: Sort the words.\n1. Input:\nb a\n1. Output:\na b\n###\n2. Instruction: Greet.\n2. Input: <noinput>\n2. Output: Hello\n";
    const string Examples = "Example 1\nInput: b a\nOutput: a b\n\nExample 2.\nInput: d c\nOutput 2: c d\nExample 3";
    const string Labels = "Class label: yes\nInput: Well done\nClass label: no\nInput:\nGo away\n";
    const string Marked = "## Example 1\n**Input:** b a\n**Output:** a b\n\n---\n- Class label: kind\n- Input: None\n";

    static readonly ImmutableArray<string> Prompt = AnswerContext.LinesOf("1. Sort the words in the list.\n2. Write a poem about the sea.");

    static readonly AnswerContext Context = new(Prompt, "Latin", "Sort the words in the list.");

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        .. InstructionReading.All.Select(static reading => FuzzTarget.OfText($"instructions, {reading.Name}", text => Instructions(reading, text), List, Markdown, Json, Alpaca)),
        .. InstanceReading.All.Select(static reading => FuzzTarget.OfText($"instances, {reading.Name}", text => Instances(reading, text), Examples, Labels, Marked, Json)),
        FuzzTarget.OfText("classification answers", static text => 1 + ClassificationReading.All.Count(reading => reading.Parse(text) is true), " Yes", "No.", "**Yes**, because", "{\"answer\": true}"),
        FuzzTarget.OfText("answers of judges", Judged, "Good.\nRating: A", "Better: tie", "Score: 4", "Fine.\nTask: yes\nInput: no\nOutput: yes", "yes, no, yes", "A"),
        FuzzTarget.OfText("evolved tasks", static text => 1 + EvolvedTask.Read(text, "stop", new TrainingExample("Sort the words.", "b a", "a b")).Instruction.Length, "Instruction: Sort the words by their last letter.\nInput: b a", "**Instruction:** Say hello in three languages\n**Input:** None"),
        FuzzTarget.OfText("rules of quality", Quality, "2 + 2 = 5, mail me at a@b.example or +49 30 1234567", "```python\nprint(1)\n```", "Der Hund läuft. [Your Name] Lorem ipsum"),
        FuzzTarget.OfText("words of every kind", static text => WordSplitter.Modern.Split(text).Count, "The cat's 12 hats", "日本語 \u0e2a\u0e27\u0e31\u0e2a naïve e\u0301"),
    ];

    static int Instructions(InstructionReading reading, string text)
    {
        var proposals = new InstructionProposals(new InstructionOptions { Reading = reading }, "Latin", null);
        var count = 0;
        foreach (var reason in (ReadOnlySpan<string>)["stop", "length"])
        {
            var answer = new RecordedCompletion("k", "Sort.", new Sampling(0, 1, 0, 0, 9, [], 0), text, reason, new TokenUsage(1, 1), "m", "instructions", 0, 0, 0, DateTimeOffset.UnixEpoch);
            count += proposals.Read("1. Sort the words in the list.", answer).Sum(one => 1 + reading.ToListItem(one.Text).Length);
        }

        return count;
    }

    static int Instances(InstanceReading reading, string text)
    {
        var kept = InstanceRules.Filter(reading.ParseInputFirst(text), cutOff: true, reading.Rules, Context).Kept.Length;
        return 1 + kept + InstanceRules.Filter(reading.ParseOutputFirst(text), cutOff: false, reading.Rules, Context).Kept.Length;
    }

    static int Judged(string text)
    {
        var count = 1;
        foreach (var isChat in (ReadOnlySpan<bool>)[true, false])
        {
            count += JudgePrompt.ReadRating(text, isChat).Verdict is null ? 0 : 1;
            count += JudgePrompt.ReadPreference(text, isChat).Verdict is null ? 0 : 2;
            count += RowScale.All.Sum(scale => scale.Read(text, isChat).Verdict?.Score ?? 0);
        }

        return count + TaggedTexts.Show([("instruction", text)]).Length % 2;
    }

    static int Quality(string text)
    {
        var row = new TrainingExample("Sort the words.", text, text);
        return 1 + QualityRules.Check(row, QualityRules.All, new QualityContext()).Length;
    }

}
