using SelfInstruct.Answers;
using SelfInstruct.Datasets;

namespace SelfInstruct.Quality;

/// <summary>Rules on a text as a whole; the questions are those of <see cref="AnswerFaults"/>.</summary>
static class TextRules
{
    /// <summary>Shorter ones stand at the beginning of an answer by chance: "Yes or no?" and "Yes".</summary>
    const int MinEchoLength = 20;

    /// <summary>A shorter output may be the word that was asked for: "the", "and".</summary>
    const int MinWordsOfOutput = 8;

    const int MinWordsOfInstruction = 4;

    public static QualityFault? FindEmpty(TrainingExample row, QualityContext context) =>
        string.IsNullOrWhiteSpace(row.Instruction) ? new QualityFault("instruction", 0, 0, "no instruction")
        : AnswerFaults.IsEmpty(row.Output) ? QualityFault.Whole("output", row.Output, "no output")
        : null;

    public static QualityFault? FindRefusal(TrainingExample row, QualityContext context) =>
        AnswerFaults.IsRefusal(row.Output) ? QualityFault.Whole("output", row.Output, "declines") : null;

    public static QualityFault? FindMentionOfAI(TrainingExample row, QualityContext context) =>
        AnswerFaults.MentionsAI(row.Output) ? QualityFault.Whole("output", row.Output, "speaks of itself as a model") : null;

    public static QualityFault? FindTruncation(TrainingExample row, QualityContext context) =>
        AnswerFaults.IsCutOff(row.Output) || EndsInMidSentence(row.Output, MinWordsOfOutput) ? End("output", row.Output)
        : EndsInMidSentence(row.Instruction, MinWordsOfInstruction) ? End("instruction", row.Instruction)
        : null;

    public static QualityFault? FindRepetition(TrainingExample row, QualityContext context) =>
        AnswerFaults.IsRepeated(row.Output) && !AnswerFaults.IsRepeated(row.Input)
        && !row.Instruction.Contains("repeat", StringComparison.OrdinalIgnoreCase)
            ? QualityFault.Whole("output", row.Output, "loops")
            : null;

    public static QualityFault? FindEcho(TrainingExample row, QualityContext context)
    {
        var instruction = row.Instruction.AsSpan().Trim();
        var input = row.Input.AsSpan().Trim();
        var output = row.Output.AsSpan().Trim();
        var reason = output.IsEmpty ? null
            : output.Equals(instruction, StringComparison.OrdinalIgnoreCase) ? "the output is the instruction"
            : output.SequenceEqual(input) ? "the output is the input"
            : instruction.Length >= MinEchoLength && output.StartsWith(instruction, StringComparison.OrdinalIgnoreCase) ? "the output begins with the instruction"
            : null;
        return reason is null ? null : QualityFault.Whole("output", row.Output, reason);
    }

    public static QualityFault? FindWhiteSpace(TrainingExample row, QualityContext context) =>
        Around("instruction", row.Instruction) ?? Around("input", row.Input) ?? Around("output", row.Output);

    static QualityFault? Around(string field, string text) => text.Length == 0 ? null
        : char.IsWhiteSpace(text[0]) ? new QualityFault(field, 0, 1, "begins with white space")
        : char.IsWhiteSpace(text[^1]) ? new QualityFault(field, text.Length - 1, 1, "ends with white space")
        : null;

    static bool EndsInMidSentence(string text, int minWords) => AnswerFaults.EndsInMidSentence(text) && AnswerFaults.CountWords(text) >= minWords;

    static QualityFault End(string field, string text)
    {
        const int shown = 40;
        return new QualityFault(field, Math.Max(0, text.Length - shown), Math.Min(shown, text.Length), "ends in mid-sentence");
    }
}
