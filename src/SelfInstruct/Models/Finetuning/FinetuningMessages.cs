using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Models.Batches;

namespace SelfInstruct.Models.Finetuning;

/// <summary>Body of POST /fine_tuning/jobs; null fields are not sent.</summary>
/// <param name="TrainingFile">Its id.</param>
/// <param name="ValidationFile">Its id.</param>
/// <param name="Suffix">Becomes part of the new model's name.</param>
public sealed record FinetuningJobBody(
    string Model,
    string TrainingFile,
    string? ValidationFile,
    string? Suffix,
    int Seed,
    FinetuningMethod Method,
    Dictionary<string, string> Metadata);

/// <param name="Type">"supervised".</param>
public sealed record FinetuningMethod(string Type, SupervisedFinetuning Supervised);

public sealed record SupervisedFinetuning(FinetuningHyperparameters Hyperparameters);

/// <param name="BatchSize">Null: the provider's choice.</param>
public sealed record FinetuningHyperparameters(int NEpochs, int? BatchSize);

/// <summary>A job as the provider shows it, as far as it is used.</summary>
/// <param name="Status">validating_files, queued, running, paused; at the end succeeded, failed or cancelled.</param>
/// <param name="FineTunedModel">Name of the result.</param>
/// <param name="TrainedTokens">Paid for; null before the end.</param>
/// <param name="Error">Why it failed; an object of nulls where it did not.</param>
public sealed record ServedFinetuningJob(
    string? Id = null,
    string? Status = null,
    string? TrainingFile = null,
    string? FineTunedModel = null,
    long? TrainedTokens = null,
    FinetuningJobError? Error = null,
    Dictionary<string, string?>? Metadata = null)
{
    public bool HasEnded => Status is "succeeded" or "failed" or "cancelled";
}

/// <param name="Param">What was wrong with the request, as "training_file".</param>
public sealed record FinetuningJobError(string? Code = null, string? Message = null, string? Param = null);

/// <summary>A page of GET /fine_tuning/jobs, newest first.</summary>
public sealed record FinetuningJobList(ImmutableArray<ServedFinetuningJob?>? Data = null, bool HasMore = false);

/// <summary>A page of a job's events, newest first.</summary>
public sealed record FinetuningEventList(ImmutableArray<ServedFinetuningEvent?>? Data = null, bool HasMore = false);

/// <param name="CreatedAt">Seconds since 1970.</param>
/// <param name="Level">info, warn or error.</param>
/// <param name="Data">Of an event of metrics: step, train_loss, valid_loss and more.</param>
public sealed record ServedFinetuningEvent(string? Id = null, long CreatedAt = 0, string? Level = null, string? Message = null, JsonElement? Data = null)
{
    public double? FindNumber(string name) =>
        Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

/// <summary>What GET /files answers, as far as it is used.</summary>
public sealed record FileList(ImmutableArray<UploadedFile?>? Data = null);
