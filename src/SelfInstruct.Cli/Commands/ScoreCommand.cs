using System.CommandLine;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`score rouge-l`: a score for each prediction of a file.</summary>
static class ScoreCommand
{
    static readonly Argument<string> Input = new("FILE") { Description = PredictionFields.Description };
    static readonly Option<string> Out = new("--out") { Description = "The objects with precision, recall and fmeasure, one a line.", Required = true };
    static readonly Option<bool> Stemmer = new("--stemmer") { Description = "Compare Porter stems of words of more than three letters." };

    public static Command Create()
    {
        var rougeL = new Command("rouge-l", "ROUGE-L of each prediction, as google-research's scorer has it; of several references the best F counts.") { Input, Out, Stemmer };
        rougeL.SetBody(static (parsed, cancellationToken) => Task.FromResult(new CommandResult(Run(parsed, cancellationToken))), name: "score");
        return new Command("score", "Scores each prediction of a file.") { rougeL };
    }

    static JsonObject Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var input = parsed.GetValue(Input)!;
        var scorer = new RougeLScorer(parsed.GetValue(Stemmer));
        var (n, sum) = (0, 0.0);
        JsonLines.WriteAll(parsed.GetValue(Out)!, JsonObjects.Read(input).Select(Score), TaskJson.Format.JsonObject);
        JsonNode? mean = n > 0 ? 100 * sum / n : null;
        Console.Error.WriteLine(n > 0 ? $"{n} scored, mean F {100 * sum / n:F4}." : $"{input}: holds no predictions.");
        return new JsonObject { ["n"] = n, ["rouge_l"] = mean };

        JsonObject Score(PlacedObject item)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var prediction = PredictionFields.Read(item);
            var score = scorer.ScoreBest(prediction.Text, prediction.References);
            (n, sum) = (n + 1, sum + score.FMeasure);
            item.Object["precision"] = score.Precision;
            item.Object["recall"] = score.Recall;
            item.Object["fmeasure"] = score.FMeasure;
            return item.Object;
        }
    }
}
