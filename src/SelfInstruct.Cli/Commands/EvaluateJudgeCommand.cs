using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SelfInstruct.Evaluation;
using SelfInstruct.Evaluation.Judging;
using SelfInstruct.Runs;

namespace SelfInstruct.Cli.Commands;

/// <summary>`evaluate judge`: a language model grades responses, or compares those of two models.</summary>
static class EvaluateJudgeCommand
{
    static readonly Argument<string[]> Files = new("PREDICTIONS") { Description = "Files of predictions, or folders of evaluations, one for each model.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<bool> Pairwise = new("--pairwise") { Description = "Compare every two models on each question, in both orders, instead of grading A to D." };
    static readonly Option<string[]> Human = new("--human") { Description = "ratings.jsonl of people, for agreement with them; may be repeated." };
    static readonly Option<int> MaxTokens = new("--max-tokens") { Description = "Tokens of a judgement with its reasons, for chat models.", DefaultValueFactory = static _ => 512 };
    static readonly Option<string?> Out = new("--out") { Description = "The folder of ratings.jsonl, preferences.jsonl and recorded answers; added to when it exists. Default: evaluation/judge and the model's name." };

    public static Command Create()
    {
        var command = new Command("judge", "A language model grades responses A to D, as the paper's raters do, or compares them pairwise.") { Files, Pairwise, Human, MaxTokens, Out };
        EvaluationModel.AddTo(command);
        command.SetBody(static async (parsed, cancellationToken) => new CommandResult(await RunAsync(parsed, cancellationToken).ConfigureAwait(false)), name: "evaluate judge");
        return command;
    }

    static async Task<JsonObject> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var files = PredictionFiles.ReadAll(parsed.GetValue(Files)!);
        ImmutableArray<RatingLine> human = [.. (parsed.GetValue(Human) ?? []).SelectMany(PredictionFiles.ReadRatings)];
        var folder = new EvaluationFolder(parsed.GetValue(Out) ?? Path.Combine("evaluation", "judge-" + EvaluationModel.FolderName(parsed)));
        using var progress = new ProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var model = EvaluationModel.Open(parsed, folder.CountCompletions(), progress);
        using var opened = model as IDisposable;
        await using var log = await folder.OpenCompletionsAsync(model, TimeProvider.System, EvaluationModel.FindBudget(parsed), cancellationToken).ConfigureAwait(false);
        var judge = new Judge(log, parsed.GetValue(MaxTokens));
        var json = parsed.GetValue(Pairwise)
            ? await CompareAsync(files, judge, folder, log, progress, cancellationToken).ConfigureAwait(false)
            : await RateAsync(files, human, judge, folder, log, progress, cancellationToken).ConfigureAwait(false);
        json["out"] = folder.Path;
        json["rater"] = judge.Rater;
        return json;
    }

    static async Task<JsonObject> RateAsync(
        ImmutableArray<PredictionFiles> files, ImmutableArray<RatingLine> human, Judge judge, EvaluationFolder folder, CompletionLog log, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        ImmutableArray<ModelResponse> responses = [.. files.SelectMany(static file => file.Responses)];
        await using var ratings = JsonLinesLog.OpenAlone(folder.Ratings);
        var before = new RatingTable(await ratings.ReadAsync(EvaluationJson.Format.RatingLine, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
        List<RatingLine> given = [];
        var faults = new OrderedDictionary<string, int>();
        var done = 0;
        await foreach (var (response, answer, completion) in judge.RateAsync(responses, cancellationToken).ConfigureAwait(false))
        {
            progress.Report(new StageProgress("rating", ++done, responses.Length, faults.Values.Sum(), log.Calls, log.CompletionTokens));
            if (answer.Verdict is not { } grade)
            {
                Count(faults, answer.Fault!);
                continue;
            }

            var line = new RatingLine(response.Id, response.Model, judge.Rater, grade.ToString(), TimeProvider.System.GetUtcNow(), completion);
            given.Add(line);
            if (before.Find(judge.Rater, response.Model, response.Id) != grade)
            {
                await ratings.AppendAsync(line, EvaluationJson.Format.RatingLine, null, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return Show(files, new RatingTable([.. human, .. given]), judge.Rater, given.Count, faults);
    }

    static JsonObject Show(ImmutableArray<PredictionFiles> files, RatingTable table, string rater, int rated, OrderedDictionary<string, int> faults)
    {
        ImmutableArray<(string Name, ImmutableArray<int> Counts)> counts = [.. files.Select(file => (file.Name, table.Count(rater, file.Name)))];
        var width = counts.Max(static row => row.Name.Length);
        Console.WriteLine($"{"".PadRight(width)}  {"A",6}  {"B",6}  {"C",6}  {"D",6}");
        foreach (var (name, row) in counts)
        {
            Console.WriteLine($"{name.PadRight(width)}  {row[0],6}  {row[1],6}  {row[2],6}  {row[3],6}");
        }

        var lengthBias = table.LengthBias(rater, files.SelectMany(static file => file.Responses));
        var agreements = table.Agreements().Where(pair => pair.First == rater || pair.Second == rater).ToList();
        Console.WriteLine($"length bias (Spearman of length and grade) {Number(lengthBias)}");
        foreach (var pair in agreements)
        {
            Console.WriteLine(
                $"agreement of {pair.First} and {pair.Second} on {pair.N}: kappa {Number(pair.Kappa)}, binary {Number(pair.BinaryKappa)}, linear {Number(pair.LinearKappa)}, quadratic {Number(pair.QuadraticKappa)}, Spearman {Number(pair.Spearman)}");
        }

        ShowFaults(faults);
        return new JsonObject
        {
            ["rated"] = rated,
            ["unread"] = ToJson(faults),
            ["models"] = new JsonArray([.. counts.Select(static row => (JsonNode)new JsonObject { ["name"] = row.Name, ["a"] = row.Counts[0], ["b"] = row.Counts[1], ["c"] = row.Counts[2], ["d"] = row.Counts[3] })]),
            ["length_bias"] = lengthBias,
            ["alpha"] = table.Raters.Length > 1 ? table.Alpha() : null,
            ["agreements"] = new JsonArray([.. agreements.Select(static pair => (JsonNode)new JsonObject
            {
                ["raters"] = new JsonArray(pair.First, pair.Second),
                ["n"] = pair.N,
                ["kappa"] = pair.Kappa,
                ["binary_kappa"] = pair.BinaryKappa,
                ["linear_kappa"] = pair.LinearKappa,
                ["quadratic_kappa"] = pair.QuadraticKappa,
                ["spearman"] = pair.Spearman,
            })]),
        };
    }

    static async Task<JsonObject> CompareAsync(
        ImmutableArray<PredictionFiles> files, Judge judge, EvaluationFolder folder, CompletionLog log, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var pairs = Pair(files);
        var faults = new OrderedDictionary<string, int>();
        List<JudgedPair> judged = new(pairs.Length);
        await foreach (var pair in judge.CompareAsync(pairs, cancellationToken).ConfigureAwait(false))
        {
            judged.Add(pair);
            foreach (var fault in new[] { pair.Forward.Fault, pair.Backward.Fault }.OfType<string>())
            {
                Count(faults, fault);
            }

            progress.Report(new StageProgress("comparison", judged.Count, pairs.Length, faults.Values.Sum(), log.Calls, log.CompletionTokens));
        }

        await AppendAsync(judged, judge, folder).ConfigureAwait(false);
        ImmutableArray<PairwiseSummary> summaries = [.. judged.GroupBy(static pair => (pair.First.Model, pair.Second.Model)).Select(static group => PairwiseSummary.Of(group.Key.Item1, group.Key.Item2, [.. group]))];
        foreach (var summary in summaries)
        {
            Console.WriteLine($"{summary.First} against {summary.Second}: {summary.Wins} wins, {summary.Ties} ties, {summary.Losses} losses, {summary.Flips} that depend on the order, {summary.Unread} unread of {summary.Pairs}");
            Console.WriteLine($"  position bias {Number(summary.PositionBias)}, first shown preferred {Number(summary.FirstPositionShare)}, longer wins {Number(summary.LongerWins)}");
        }

        ShowFaults(faults);
        return new JsonObject { ["pairs"] = new JsonArray([.. summaries.Select(ToJson)]), ["unread"] = ToJson(faults) };
    }

    /// <summary>Every two models on each question that both answered.</summary>
    static ImmutableArray<(ModelResponse First, ModelResponse Second)> Pair(ImmutableArray<PredictionFiles> files)
    {
        var byId = files.Select(static file => file.Responses.DistinctBy(static response => response.Id).ToDictionary(static response => response.Id)).ToList();
        ImmutableArray<(ModelResponse, ModelResponse)> pairs =
        [
            .. from i in Enumerable.Range(0, files.Length)
               from j in Enumerable.Range(i + 1, files.Length - i - 1)
               from response in byId[i].Values
               where byId[j].ContainsKey(response.Id)
               select (response, byId[j][response.Id]),
        ];
        return pairs.IsEmpty ? throw new InvalidDataException("There is nothing to compare: no two models answered the same question. Give files with the same ids, or in the same order.") : pairs;
    }

    static async Task AppendAsync(List<JudgedPair> judged, Judge judge, EvaluationFolder folder)
    {
        await using var preferences = JsonLinesLog.OpenAlone(folder.Preferences);
        var known = await preferences.ReadAsync(EvaluationJson.Format.PreferenceLine, CancellationToken.None)
            .Select(static line => (line.Id, line.First, line.Second, line.Rater, line.Verdict))
            .ToHashSetAsync().ConfigureAwait(false);
        await preferences.AppendAsync(
            judged.Select(pair => new PreferenceLine(pair.First.Id, pair.First.Model, pair.Second.Model, judge.Rater, Name(pair), TimeProvider.System.GetUtcNow()))
                .Where(line => !known.Contains((line.Id, line.First, line.Second, line.Rater, line.Verdict))),
            EvaluationJson.Format.PreferenceLine,
            CancellationToken.None).ConfigureAwait(false);
    }

    static string Name(JudgedPair pair) => !pair.IsRead ? "unread" : pair.Flips ? "flips" : pair.Verdict.ToString()!.ToLowerInvariant();

    static void Count(OrderedDictionary<string, int> counts, string name)
    {
        counts.TryAdd(name, 0);
        counts[name]++;
    }

    static void ShowFaults(OrderedDictionary<string, int> faults)
    {
        foreach (var (fault, count) in faults)
        {
            Console.WriteLine($"unread: {fault} {count}");
        }
    }

    static JsonObject ToJson(OrderedDictionary<string, int> counts) => new(counts.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    static JsonNode ToJson(PairwiseSummary summary) => new JsonObject
    {
        ["first"] = summary.First,
        ["second"] = summary.Second,
        ["n"] = summary.Pairs,
        ["wins"] = summary.Wins,
        ["ties"] = summary.Ties,
        ["losses"] = summary.Losses,
        ["flips"] = summary.Flips,
        ["unread"] = summary.Unread,
        ["position_bias"] = summary.PositionBias,
        ["first_position_share"] = summary.FirstPositionShare,
        ["longer_wins"] = summary.LongerWins,
    };

    static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "not defined";
}
