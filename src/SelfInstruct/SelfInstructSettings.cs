using System.Collections.Immutable;
using System.Globalization;
using SelfInstruct.Classification;
using SelfInstruct.Datasets;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Novelty;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace SelfInstruct;

/// <summary>One option under the name it has in YAML and on the command line.</summary>
/// <param name="Read">Its value; several for a list; none for null.</param>
/// <param name="With">The options with another value. Throws <see cref="FormatException"/>, saying what it should be.</param>
/// <param name="DecidesAnswers">False for what may change when a run is continued.</param>
/// <param name="IsPath">Relative to the file that sets it.</param>
/// <param name="IsList">Written as a list, an empty one too.</param>
public sealed record Setting(
    string Name,
    Func<SelfInstructOptions, ImmutableArray<string>> Read,
    Func<SelfInstructOptions, ImmutableArray<string>, SelfInstructOptions> With,
    bool DecidesAnswers = true,
    bool IsPath = false,
    bool IsList = false);

/// <summary>The options as named settings: what a configuration file may say, what run.yaml records, what makes two runs the same.</summary>
public static class SelfInstructSettings
{
    public static ImmutableArray<Setting> All { get; } =
    [
        Text("profile", static o => o.Profile, static (o, v) => o with { Profile = v ?? "" }),
        Text("model", static o => o.Model, static (o, v) => o with { Model = v ?? "" }) with { DecidesAnswers = false },
        Text("seed_tasks", static o => o.SeedTasks, static (o, v) => o with { SeedTasks = v }) with { DecidesAnswers = false, IsPath = true },
        Text("prompts", static o => o.Prompts, static (o, v) => o with { Prompts = v }) with { DecidesAnswers = false, IsPath = true },
        Choice("randomness", Enum.GetValues<RandomnessKind>(), static kind => kind.ToString().ToLowerInvariant(), static o => o.Randomness, static (o, v) => o with { Randomness = v }),
        Number<long>("seed", static o => o.Seed, static (o, v) => o with { Seed = v }),
        Text("endpoint", static o => Addresses.WithoutUser(o.Endpoint), static (o, v) => o with { Endpoint = v }) with { DecidesAnswers = false },
        Number<int>("concurrency", static o => o.Concurrency, static (o, v) => o with { Concurrency = v }) with { DecidesAnswers = false },
        Optional<int>("requests_per_minute", static o => o.RequestsPerMinute, static (o, v) => o with { RequestsPerMinute = v }) with { DecidesAnswers = false },
        Optional<int>("tokens_per_minute", static o => o.TokensPerMinute, static (o, v) => o with { TokensPerMinute = v }) with { DecidesAnswers = false },
        Number<double>("call_timeout_seconds", static o => o.CallTimeoutSeconds, static (o, v) => o with { CallTimeoutSeconds = v }) with { DecidesAnswers = false },
        Optional<double>("hedge_after_seconds", static o => o.HedgeAfterSeconds, static (o, v) => o with { HedgeAfterSeconds = v }) with { DecidesAnswers = false },
        Flag("batch", static o => o.Batch, static (o, v) => o with { Batch = v }) with { DecidesAnswers = false },
        Number<int>("batch_requests", static o => o.BatchRequests, static (o, v) => o with { BatchRequests = v }) with { DecidesAnswers = false },
        Number<double>("batch_poll_seconds", static o => o.BatchPollSeconds, static (o, v) => o with { BatchPollSeconds = v }) with { DecidesAnswers = false },
        Number<int>("context_length", static o => o.ContextLength, static (o, v) => o with { ContextLength = v }),
        Optional<double>("max_cost", static o => o.MaxCost, static (o, v) => o with { MaxCost = v }) with { DecidesAnswers = false },
        Optional<long>("max_tokens", static o => o.MaxTokens, static (o, v) => o with { MaxTokens = v }) with { DecidesAnswers = false },
        Text("prices", static o => o.Prices, static (o, v) => o with { Prices = v }) with { DecidesAnswers = false, IsPath = true },
        Optional<double>("prompt_price", static o => o.PromptPrice, static (o, v) => o with { PromptPrice = v }) with { DecidesAnswers = false },
        Optional<double>("completion_price", static o => o.CompletionPrice, static (o, v) => o with { CompletionPrice = v }) with { DecidesAnswers = false },
        Number<int>("instructions.target", static o => o.Instructions.Target, static (o, v) => o with { Instructions = o.Instructions with { Target = v } }) with { DecidesAnswers = false },
        Choice("instructions.reading", InstructionReading.All, static reading => reading.Name, static o => o.Instructions.Reading, static (o, v) => o with { Instructions = o.Instructions with { Reading = v } }),
        Names(
            "instructions.own_rules",
            static o => [.. o.Instructions.OwnRules.Select(static rule => rule.Name)],
            static (o, v) => o with { Instructions = o.Instructions with { OwnRules = [.. v.Select(static name => new InstructionRule(name, (_, _) => throw IsOfAProgram(name)))] } }),
        Flag("instructions.whole_rounds", static o => o.Instructions.WholeRounds, static (o, v) => o with { Instructions = o.Instructions with { WholeRounds = v } }),
        Number<int>("instructions.prompts_per_round", static o => o.Instructions.PromptsPerRound, static (o, v) => o with { Instructions = o.Instructions with { PromptsPerRound = v } }),
        Number<int>("instructions.seeds_per_prompt", static o => o.Instructions.SeedsPerPrompt, static (o, v) => o with { Instructions = o.Instructions with { SeedsPerPrompt = v } }),
        Number<int>("instructions.rounds_in_flight", static o => o.Instructions.RoundsInFlight, static (o, v) => o with { Instructions = o.Instructions with { RoundsInFlight = v } }),
        Number<int>("instructions.generated_per_prompt", static o => o.Instructions.GeneratedPerPrompt, static (o, v) => o with { Instructions = o.Instructions with { GeneratedPerPrompt = v } }),
        Number<double>("instructions.max_similarity", static o => o.Instructions.MaxSimilarity, static (o, v) => o with { Instructions = o.Instructions with { MaxSimilarity = v } }),
        Choice("instructions.words", WordSplitter.All, static words => words.Name, static o => o.Instructions.Words, static (o, v) => o with { Instructions = o.Instructions with { Words = v } }),
        Flag("instructions.reject_modalities", static o => o.Instructions.RejectModalities, static (o, v) => o with { Instructions = o.Instructions with { RejectModalities = v } }),
        Number<int>("instructions.min_words", static o => o.Instructions.MinWords, static (o, v) => o with { Instructions = o.Instructions with { MinWords = v } }),
        Number<int>("instructions.max_words", static o => o.Instructions.MaxWords, static (o, v) => o with { Instructions = o.Instructions with { MaxWords = v } }),
        Number<double>("instructions.min_acceptance", static o => o.Instructions.MinAcceptance, static (o, v) => o with { Instructions = o.Instructions with { MinAcceptance = v } }) with { DecidesAnswers = false },
        Number<int>("instructions.acceptance_rounds", static o => o.Instructions.AcceptanceRounds, static (o, v) => o with { Instructions = o.Instructions with { AcceptanceRounds = v } }) with { DecidesAnswers = false },
        Number<double>("instructions.temperature", static o => o.Instructions.Temperature, static (o, v) => o with { Instructions = o.Instructions with { Temperature = v } }),
        Number<double>("instructions.top_p", static o => o.Instructions.TopP, static (o, v) => o with { Instructions = o.Instructions with { TopP = v } }),
        Number<double>("instructions.frequency_penalty", static o => o.Instructions.FrequencyPenalty, static (o, v) => o with { Instructions = o.Instructions with { FrequencyPenalty = v } }),
        Number<double>("instructions.presence_penalty", static o => o.Instructions.PresencePenalty, static (o, v) => o with { Instructions = o.Instructions with { PresencePenalty = v } }),
        Number<int>("instructions.max_tokens", static o => o.Instructions.MaxTokens, static (o, v) => o with { Instructions = o.Instructions with { MaxTokens = v } }),
        new("instructions.stop", static o => o.Instructions.Stop, static (o, v) => o with { Instructions = o.Instructions with { Stop = v } }, IsList: true),
        Choice("classification.reading", ClassificationReading.All, static reading => reading.Name, static o => o.Classification.Reading, static (o, v) => o with { Classification = o.Classification with { Reading = v } }),
        Number<double>("classification.top_p", static o => o.Classification.TopP, static (o, v) => o with { Classification = o.Classification with { TopP = v } }),
        Number<int>("classification.max_tokens", static o => o.Classification.MaxTokens, static (o, v) => o with { Classification = o.Classification with { MaxTokens = v } }),
        new("classification.stop", static o => o.Classification.Stop, static (o, v) => o with { Classification = o.Classification with { Stop = v } }, IsList: true),
        Choice("instances.reading", InstanceReading.All, static reading => reading.Name, static o => o.Instances.Reading, static (o, v) => o with { Instances = o.Instances with { Reading = v } }),
        Names(
            "instances.own_rules",
            static o => [.. o.Instances.OwnRules.Select(static rule => rule.Name)],
            static (o, v) => o with { Instances = o.Instances with { OwnRules = [.. v.Select(static name => new InstanceRule(name, (_, _) => throw IsOfAProgram(name)))] } }),
        Number<double>("instances.temperature", static o => o.Instances.Temperature, static (o, v) => o with { Instances = o.Instances with { Temperature = v } }),
        Number<double>("instances.top_p", static o => o.Instances.TopP, static (o, v) => o with { Instances = o.Instances with { TopP = v } }),
        Number<double>("instances.presence_penalty", static o => o.Instances.PresencePenalty, static (o, v) => o with { Instances = o.Instances with { PresencePenalty = v } }),
        Number<int>("instances.max_tokens", static o => o.Instances.MaxTokens, static (o, v) => o with { Instances = o.Instances with { MaxTokens = v } }),
        Optional<int>("instances.max_tokens_beside_classification", static o => o.Instances.MaxTokensBesideClassification, static (o, v) => o with { Instances = o.Instances with { MaxTokensBesideClassification = v } }),
        new("instances.stop", static o => o.Instances.Stop, static (o, v) => o with { Instances = o.Instances with { Stop = v } }, IsList: true),
        Number<int>("instances.max_per_instruction", static o => o.Instances.MaxPerInstruction, static (o, v) => o with { Instances = o.Instances with { MaxPerInstruction = v } }),
        Choice("datasets.encoding", RowEncoding.All, static encoding => encoding.Name, static o => o.Datasets.Encoding, static (o, v) => o with { Datasets = o.Datasets with { Encoding = v } }),
        Optional<long>("datasets.seed", static o => o.Datasets.Seed, static (o, v) => o with { Datasets = o.Datasets with { Seed = v } }),
        Flag("datasets.include_seed_tasks", static o => o.Datasets.IncludeSeedTasks, static (o, v) => o with { Datasets = o.Datasets with { IncludeSeedTasks = v } }),
        Names("quality.rules", static o => o.Quality.Rules, static (o, v) => o with { Quality = o.Quality with { Rules = v } }),
        Text("quality.language", static o => o.Quality.Language, static (o, v) => o with { Quality = o.Quality with { Language = v } }),
        new("quality.word_lists", static o => o.Quality.WordLists, static (o, v) => o with { Quality = o.Quality with { WordLists = v } }, DecidesAnswers: false, IsPath: true, IsList: true),
        Flag("decontamination.own_tasks", static o => o.Decontamination.OwnTasks, static (o, v) => o with { Decontamination = o.Decontamination with { OwnTasks = v } }),
        new("decontamination.against", static o => o.Decontamination.Against, static (o, v) => o with { Decontamination = o.Decontamination with { Against = v } }, DecidesAnswers: false, IsPath: true, IsList: true),
        Number<int>("decontamination.words", static o => o.Decontamination.Words, static (o, v) => o with { Decontamination = o.Decontamination with { Words = v } }),
        Number<double>("decontamination.threshold", static o => o.Decontamination.Threshold, static (o, v) => o with { Decontamination = o.Decontamination with { Threshold = v } }),
        Text("datasets.end_of_text", static o => o.Datasets.EndOfText, static (o, v) => o with { Datasets = o.Datasets with { EndOfText = v ?? "" } }),
    ];

    /// <summary>The options with one setting changed.</summary>
    /// <param name="options">What it was before.</param>
    /// <param name="name">As in <see cref="All"/>.</param>
    /// <param name="values">One; several for a list; none for null.</param>
    /// <param name="place">Named in errors, as file(line) or the command line's option.</param>
    /// <exception cref="InvalidDataException">No such setting, or not its kind of value.</exception>
    public static SelfInstructOptions Apply(SelfInstructOptions options, string name, ImmutableArray<string> values, string place)
    {
        var setting = All.FirstOrDefault(setting => setting.Name == name)
            ?? throw new InvalidDataException($"{place}: there is no setting {name}. {NearestName.Suggest(name, All.Select(static setting => setting.Name))}Known: {string.Join(", ", All.Select(static setting => setting.Name))}.");
        try
        {
            return setting.With(options, values);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{place}: {name} is {string.Join(", ", values)}; {e.Message}", e);
        }
    }

    /// <summary>Lays a YAML file over the options; sections nest (instructions: temperature: 0.7).</summary>
    /// <exception cref="InvalidDataException">Names the file, the line and the setting at fault.</exception>
    public static SelfInstructOptions ApplyFile(SelfInstructOptions options, string path)
    {
        foreach (var (name, values, line) in ReadFile(path))
        {
            var isPath = All.Any(setting => setting.IsPath && setting.Name == name);
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            options = Apply(options, name, isPath ? [.. values.Select(value => Path.Combine(folder, value))] : values, $"{path}({line})");
        }

        return options;
    }

    /// <summary>The settings that decide answers and differ, as "name: theirs there, ours here".</summary>
    public static ImmutableArray<string> FindDifferences(SelfInstructOptions ours, string theirFile)
    {
        // run.yaml leaves out what is null, which is also the paper's value of every setting that can be null.
        var theirs = ApplyFile(new SelfInstructOptions(), theirFile);
        return
        [
            .. All.Where(static setting => setting.DecidesAnswers)
                .Select(setting => (setting.Name, Theirs: string.Join(", ", setting.Read(theirs)), Ours: string.Join(", ", setting.Read(ours))))
                .Where(static pair => pair.Theirs != pair.Ours)
                .Select(static pair => $"{pair.Name}: {pair.Theirs} there, {pair.Ours} here"),
        ];
    }

    /// <summary>Every setting as YAML that <see cref="ApplyFile"/> reads back.</summary>
    public static string ToYaml(SelfInstructOptions options)
    {
        Dictionary<string, object> root = [];
        foreach (var setting in All)
        {
            var values = setting.Read(options);
            var value = setting.IsList ? values.ToArray() : values is [var one] ? Plain(one) : null;
            if (value is null)
            {
                continue;
            }

            var parts = setting.Name.Split('.');
            var section = parts.Length == 1 ? root : (Dictionary<string, object>)(root.TryGetValue(parts[0], out var known) ? known : root[parts[0]] = new Dictionary<string, object>());
            section[parts[^1]] = value;
        }

        return new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(root);
    }

    /// <summary>A number or flag as such, so that it is written without quotes.</summary>
    static object Plain(string value) =>
        bool.TryParse(value, out var flag) ? flag
        : double.TryParse(value, CultureInfo.InvariantCulture, out var number) && Show(number) == value ? (decimal.TryParse(value, CultureInfo.InvariantCulture, out var exact) ? exact : number)
        : value;

    static List<(string Name, ImmutableArray<string> Values, long Line)> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such configuration file.");
        }

        using var reader = new StreamReader(path);
        List<(string, ImmutableArray<string>, long)> settings = [];
        if (YamlFile.Read(reader, path) is [var document, ..])
        {
            Collect(document.RootNode, "", path, settings);
        }

        return settings;
    }

    static void Collect(YamlNode node, string name, string path, List<(string Name, ImmutableArray<string> Values, long Line)> settings)
    {
        switch (node)
        {
            // Through aliases a mapping may hold itself: deeper than settings go, nothing is looked at.
            case YamlMappingNode mapping when name.Count('.') < 2:
                foreach (var (key, value) in mapping.Children)
                {
                    Collect(value, name.Length == 0 ? YamlFile.TextOf(key, path) : $"{name}.{YamlFile.TextOf(key, path)}", path, settings);
                }

                break;
            case YamlSequenceNode sequence when name.Length > 0:
                settings.Add((name, [.. sequence.Children.Select(child => YamlFile.TextOf(child, path))], node.Start.Line));
                break;
            case YamlScalarNode scalar when name.Length > 0:
                settings.Add((name, scalar.Value is null or "null" or "~" ? [] : [scalar.Value], node.Start.Line));
                break;
            default:
                throw new InvalidDataException($"{path}({node.Start.Line}): a configuration is a list of \"name: value\" lines.");
        }
    }

    static Setting Text(string name, Func<SelfInstructOptions, string?> read, Func<SelfInstructOptions, string?, SelfInstructOptions> with) =>
        new(name, options => read(options) is { } value ? [value] : [], (options, values) => with(options, values is [] ? null : values[0]));

    /// <summary>A list; on the command line its parts stand between commas.</summary>
    static Setting Names(string name, Func<SelfInstructOptions, ImmutableArray<string>> read, Func<SelfInstructOptions, ImmutableArray<string>, SelfInstructOptions> with) =>
        new(name, read, (options, values) => with(options, [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))]), IsList: true);

    /// <summary>A file can name what only a program can give, so that a run is not continued without it; asked, it says so.</summary>
    static InvalidDataException IsOfAProgram(string name) =>
        new($"The rule {name} is a program's own, which alone can ask it: begin or continue the run by that program.");

    static Setting Flag(string name, Func<SelfInstructOptions, bool> read, Func<SelfInstructOptions, bool, SelfInstructOptions> with) =>
        new(
            name,
            options => [read(options) ? "true" : "false"],
            (options, values) => with(options, values is [var value] && bool.TryParse(value, out var flag) ? flag : throw new FormatException("it must be true or false.")));

    static Setting Number<T>(string name, Func<SelfInstructOptions, T> read, Func<SelfInstructOptions, T, SelfInstructOptions> with)
        where T : struct, IParsable<T>, IFormattable =>
        new(name, options => [Show(read(options))], (options, values) => with(options, Parse<T>(values is [var value] ? value : "")));

    static Setting Optional<T>(string name, Func<SelfInstructOptions, T?> read, Func<SelfInstructOptions, T?, SelfInstructOptions> with)
        where T : struct, IParsable<T>, IFormattable =>
        new(name, options => read(options) is { } value ? [Show(value)] : [], (options, values) => with(options, values is [] ? null : Parse<T>(values[0])));

    /// <summary>One of a few values that go by names.</summary>
    static Setting Choice<T>(
        string name, IReadOnlyList<T> all, Func<T, string> nameOf, Func<SelfInstructOptions, T> read, Func<SelfInstructOptions, T, SelfInstructOptions> with) =>
        new(
            name,
            options => [nameOf(read(options))],
            (options, values) => values is [var value] && all.Any(choice => nameOf(choice) == value)
                ? with(options, all.First(choice => nameOf(choice) == value))
                : throw new FormatException($"it must be one of: {string.Join(", ", all.Select(nameOf))}."));

    static string Show<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    static T Parse<T>(string value)
        where T : struct, IParsable<T> =>
        T.TryParse(value, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException(typeof(T) == typeof(double) ? "it must be a number." : "it must be a whole number.");
}
