using SelfInstruct.Classification;
using SelfInstruct.Contamination;
using SelfInstruct.Datasets;
using SelfInstruct.Instances;
using SelfInstruct.Instructions;
using SelfInstruct.Quality;
using SelfInstruct.Runs;

namespace SelfInstruct;

/// <summary>Everything that decides a run. The defaults are the paper's (profile "paper"); <see cref="Profiles"/> has others.</summary>
public sealed record SelfInstructOptions
{
    /// <summary>Name of the set of defaults these began with.</summary>
    public string Profile { get; init; } = "paper";

    /// <summary>Which model answers: starter, local:PATH, openai:NAME, openai-completions:NAME, azure:DEPLOYMENT, anthropic:NAME, ollama:NAME, replay:FILE.</summary>
    public string Model { get; init; } = "starter";

    /// <summary>Path of the seed tasks; null: those that belong to the model.</summary>
    public string? SeedTasks { get; init; }

    /// <summary>Folder of prompt texts that replace the built-in ones of the same name; null: none.</summary>
    public string? Prompts { get; init; }

    /// <summary>The same seed and the same answers give the same files.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Base address of an OpenAI-compatible server, version included; null: the environment's, then the provider's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Calls in flight at once to a server, at most; fewer while the server says that it has too many.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Calls to a server a minute, retries included; null: no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Tokens of prompts and completions a minute; null: no limit.</summary>
    public int? TokensPerMinute { get; init; }

    /// <summary>A server has so long to answer one attempt.</summary>
    public double CallTimeoutSeconds { get; init; } = 300;

    /// <summary>A call without an answer for so long is made a second time beside the first, which costs its tokens again; null: never.</summary>
    public double? HedgeAfterSeconds { get; init; }

    /// <summary>Requests are handed in as files to OpenAI's Batch API: half the price, answers within a day.</summary>
    public bool Batch { get; init; }

    /// <summary>Requests in one batch, at most.</summary>
    public int BatchRequests { get; init; } = 50_000;

    /// <summary>Between two looks at a batch, at most.</summary>
    public double BatchPollSeconds { get; init; } = 60;

    /// <summary>Tokens of the context of a server's model, which it does not say. Decides how prompts are fitted.</summary>
    public int ContextLength { get; init; } = 8192;

    /// <summary>Where draws come from.</summary>
    public RandomnessKind Randomness { get; init; }

    /// <summary>US dollars after which no further call is made; null: no limit.</summary>
    public double? MaxCost { get; init; }

    /// <summary>Tokens of prompts and completions after which no further call is made; null: no limit.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>YAML file of prices that is laid over the published ones; null: none.</summary>
    public string? Prices { get; init; }

    /// <summary>Price of a million prompt tokens, US dollars; null: as published, if it is known.</summary>
    public double? PromptPrice { get; init; }

    /// <summary>Price of a million completion tokens, US dollars; null: as published, if it is known.</summary>
    public double? CompletionPrice { get; init; }

    public InstructionOptions Instructions { get; init; } = new();

    public ClassificationOptions Classification { get; init; } = new();

    public InstanceOptions Instances { get; init; } = new();

    public DatasetOptions Datasets { get; init; } = new();

    public QualityOptions Quality { get; init; } = new();

    public DecontaminationOptions Decontamination { get; init; } = new();

    /// <exception cref="InvalidDataException">Lists every setting that cannot be, with its value and range.</exception>
    public SelfInstructOptions Validated()
    {
        List<string> errors = [];
        Check(Profiles.Names.Contains(Profile), $"profile is {Profile}; known: {string.Join(", ", Profiles.Names)}.");
        Check(!string.IsNullOrWhiteSpace(Model), "model is empty; name one, as starter.");
        Check(Concurrency >= 1, $"concurrency is {Concurrency}; it must be at least 1.");
        Check(RequestsPerMinute is null or >= 1, $"requests_per_minute is {RequestsPerMinute}; it must be at least 1.");
        Check(TokensPerMinute is null or >= 1, $"tokens_per_minute is {TokensPerMinute}; it must be at least 1.");
        Check(CallTimeoutSeconds is >= 1 and <= 86_400, $"call_timeout_seconds is {CallTimeoutSeconds}; it must be in [1, 86400].");
        Check(HedgeAfterSeconds is null or (> 0 and <= 86_400), $"hedge_after_seconds is {HedgeAfterSeconds}; it must be above 0 and at most 86400.");
        Check(!Batch || Model.Split(':')[0] is "openai" or "openai-completions", $"batch is true, and model is {Model}; only openai: and openai-completions: take batches.");
        Check(BatchRequests is >= 1 and <= 50_000, $"batch_requests is {BatchRequests}; it must be in [1, 50000].");
        Check(BatchPollSeconds is >= 0.1 and <= 3_600, $"batch_poll_seconds is {BatchPollSeconds}; it must be in [0.1, 3600].");
        Check(ContextLength >= 1, $"context_length is {ContextLength}; it must be at least 1.");
        Check(Instructions.Target >= 1, $"instructions.target is {Instructions.Target}; it must be at least 1.");
        Check(Instructions.PromptsPerRound >= 1, $"instructions.prompts_per_round is {Instructions.PromptsPerRound}; it must be at least 1.");
        Check(Instructions.RoundsInFlight >= 1, $"instructions.rounds_in_flight is {Instructions.RoundsInFlight}; it must be at least 1.");
        Check(Instructions.RoundsInFlight == 1 || Randomness == RandomnessKind.Counter, $"instructions.rounds_in_flight is {Instructions.RoundsInFlight}, and randomness is {Randomness.ToString().ToLowerInvariant()}, whose draws follow one another; only counter randomness has several rounds in flight.");
        Check(Instructions.SeedsPerPrompt >= 0, $"instructions.seeds_per_prompt is {Instructions.SeedsPerPrompt}; it must not be negative.");
        Check(Instructions.GeneratedPerPrompt >= 0, $"instructions.generated_per_prompt is {Instructions.GeneratedPerPrompt}; it must not be negative.");
        Check(Instructions.SeedsPerPrompt + Instructions.GeneratedPerPrompt >= 1, "instructions.seeds_per_prompt and generated_per_prompt are both 0; a prompt needs one.");
        Check(Instructions.MaxSimilarity is >= 0 and <= 1, $"instructions.max_similarity is {Instructions.MaxSimilarity}; it must be in [0, 1].");
        Check(Instructions.MinWords <= Instructions.MaxWords, $"instructions.min_words is {Instructions.MinWords}, above max_words, {Instructions.MaxWords}.");
        Check(Instructions.Temperature is >= 0 and <= 10, $"instructions.temperature is {Instructions.Temperature}; it must be in [0, 10].");
        Check(Instructions.TopP is > 0 and <= 1, $"instructions.top_p is {Instructions.TopP}; it must be in (0, 1].");
        Check(double.IsFinite(Instructions.FrequencyPenalty), $"instructions.frequency_penalty is {Instructions.FrequencyPenalty}; it must be a number.");
        Check(double.IsFinite(Instructions.PresencePenalty), $"instructions.presence_penalty is {Instructions.PresencePenalty}; it must be a number.");
        Check(double.IsFinite(Instances.PresencePenalty), $"instances.presence_penalty is {Instances.PresencePenalty}; it must be a number.");
        Check(
            Instructions.Stop.Concat(Classification.Stop).Concat(Instances.Stop).All(static stop => stop.Length > 0),
            "a stop string is empty; remove it, or write the list as [] to have none.");
        Check(Instructions.MaxTokens >= 1, $"instructions.max_tokens is {Instructions.MaxTokens}; it must be at least 1.");
        Check(Instructions.MinAcceptance is >= 0 and <= 1, $"instructions.min_acceptance is {Instructions.MinAcceptance}; it must be in [0, 1].");
        Check(Instructions.AcceptanceRounds >= 1, $"instructions.acceptance_rounds is {Instructions.AcceptanceRounds}; it must be at least 1.");
        Check(Classification.TopP is >= 0 and <= 1, $"classification.top_p is {Classification.TopP}; it must be in [0, 1].");
        Check(Classification.MaxTokens >= 1, $"classification.max_tokens is {Classification.MaxTokens}; it must be at least 1.");
        Check(Instances.Temperature is >= 0 and <= 10, $"instances.temperature is {Instances.Temperature}; it must be in [0, 10].");
        Check(
            Instances.TopP is > 0 and <= 1 || Instances is { TopP: 0, Temperature: 0 },
            $"instances.top_p is {Instances.TopP}; it must be in (0, 1], or 0 at temperature 0.");
        Check(Instances.MaxTokens >= 1, $"instances.max_tokens is {Instances.MaxTokens}; it must be at least 1.");
        Check(
            Instances.MaxTokensBesideClassification is null or >= 1,
            $"instances.max_tokens_beside_classification is {Instances.MaxTokensBesideClassification}; it must be at least 1.");
        Check(Instances.MaxPerInstruction >= 1, $"instances.max_per_instruction is {Instances.MaxPerInstruction}; it must be at least 1.");
        Check(Decontamination.Words >= 1, $"decontamination.words is {Decontamination.Words}; it must be at least 1.");
        Check(Decontamination.Threshold is >= 0 and <= 1, $"decontamination.threshold is {Decontamination.Threshold}; it must be in [0, 1].");
        foreach (var rule in Quality.Rules.Except(QualityRules.Names))
        {
            Check(false, $"quality.rules has {rule}; known: {string.Join(", ", QualityRules.Names)}.");
        }

        Check(!Quality.Rules.Contains("unsafe") || Quality.WordLists is not [], "quality.rules has unsafe, and quality.word_lists is empty; name a file of words.");
        Check(
            Quality.Language is null || LanguageRule.Languages.Contains(Quality.Language),
            $"quality.language is {Quality.Language}; known: {string.Join(", ", LanguageRule.Languages)}.");
        Check(PromptPrice is null or (>= 0 and <= double.MaxValue), $"prompt_price is {PromptPrice}; it must be a number, and not negative.");
        Check(CompletionPrice is null or (>= 0 and <= double.MaxValue), $"completion_price is {CompletionPrice}; it must be a number, and not negative.");
        Check(MaxCost is null or (>= 0 and <= double.MaxValue), $"max_cost is {MaxCost}; it must be a number, and not negative.");
        Check(MaxTokens is null or >= 0, $"max_tokens is {MaxTokens}; it must not be negative.");
        return errors is [] ? this : throw new InvalidDataException(string.Join(Environment.NewLine, errors));

        void Check(bool ok, string error)
        {
            if (!ok)
            {
                errors.Add(error);
            }
        }
    }
}
