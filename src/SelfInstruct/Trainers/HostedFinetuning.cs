using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SelfInstruct.Models;
using SelfInstruct.Models.Finetuning;

namespace SelfInstruct.Trainers;

/// <summary>What is to be trained.</summary>
/// <param name="Settings">All that decides the result; a folder holds one of them.</param>
/// <param name="Model">The base, as the provider names it.</param>
/// <param name="BatchSize">Null: the provider's choice.</param>
/// <param name="Suffix">For the name of the result; null: none.</param>
public sealed record HostedTraining(JsonObject Settings, string Model, int Epochs, int? BatchSize, int Seed, string? Suffix, HostedData Data);

/// <summary>
/// Trains at a provider of OpenAI's fine-tuning API. Every step is on record before and after it, so that a process that
/// dies anywhere is continued by the next; a job whose making was not answered is looked for before it is made again.
/// </summary>
/// <param name="endpoint">With its limits and retries.</param>
/// <param name="file">The record.</param>
/// <param name="longestPause">Between two looks, at most; the first pause is a sixth of it.</param>
/// <param name="time">Measures pauses.</param>
/// <param name="notices">Told, in sentences, how it comes along.</param>
public sealed class HostedFinetuning(ModelEndpoint endpoint, HostedFinetuningFile file, TimeSpan longestPause, TimeProvider time, IProgress<string> notices)
{
    readonly FinetuningApi _api = new(endpoint, longestPause / 6, time);

    /// <summary>Begins, or goes on where an earlier process was; returns when the job has ended, however.</summary>
    /// <exception cref="InvalidDataException">The folder holds another training.</exception>
    /// <exception cref="ModelException">A call failed for good, or a file was not taken.</exception>
    public async Task<HostedFinetuningRecord> RunAsync(HostedTraining training, CancellationToken cancellationToken)
    {
        var earlier = ReadRecord(training.Settings);
        var record = earlier ?? new HostedFinetuningRecord(NameOf(training.Settings), training.Settings);
        if (record.HasEnded)
        {
            return record;
        }

        if (record.JobId is null)
        {
            Write(record);
            record = await UploadAsync(record, training.Data, isKnown: earlier is not null, cancellationToken).ConfigureAwait(false);
            record = await CreateAsync(record, training, cancellationToken).ConfigureAwait(false);
        }

        return await FollowAsync(record, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the provider to end the job on record.</summary>
    /// <exception cref="InvalidDataException">There is no job.</exception>
    public async Task<HostedFinetuningRecord> CancelAsync(JsonObject settings, CancellationToken cancellationToken)
    {
        var record = ReadRecord(settings);
        if (record is { JobId: null, MayHaveJob: true, TrainingFileId: { } trainingFile })
        {
            record = await FindJobAsync(record, trainingFile, cancellationToken).ConfigureAwait(false);
        }

        if (record?.JobId is not { } id)
        {
            throw new InvalidDataException($"{file.FilePath}: there is no job to cancel.");
        }

        var job = record.HasEnded ? await _api.GetAsync(id, cancellationToken).ConfigureAwait(false) : await _api.CancelAsync(id, cancellationToken).ConfigureAwait(false);
        return Write(WithJob(record, job));
    }

    HostedFinetuningRecord? ReadRecord(JsonObject settings)
    {
        var record = file.Read();
        return record is null || JsonNode.DeepEquals(record.Settings, settings)
            ? record
            : throw new InvalidDataException(
                $"{file.FilePath}: this folder holds a training with other settings: {record.Settings.ToJsonString()}. Asked for: {settings.ToJsonString()}. Give another --out.");
    }

    async Task<HostedFinetuningRecord> UploadAsync(HostedFinetuningRecord record, HostedData data, bool isKnown, CancellationToken cancellationToken)
    {
        if (record.TrainingFileId is null)
        {
            record = Write(record with { TrainingFileId = await UploadAsync($"{record.Name}.jsonl", data.Train, isKnown, cancellationToken).ConfigureAwait(false) });
        }

        if (record.ValidationFileId is null && data.HeldOut is { } heldOut)
        {
            record = Write(record with { ValidationFileId = await UploadAsync($"{record.Name}-held-out.jsonl", heldOut, isKnown, cancellationToken).ConfigureAwait(false) });
        }

        foreach (var id in new[] { record.TrainingFileId, record.ValidationFileId }.OfType<string>())
        {
            await ProcessAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return record;
    }

    /// <returns>The file's id.</returns>
    async Task<string> UploadAsync(string name, ReadOnlyMemory<byte> lines, bool isKnown, CancellationToken cancellationToken)
    {
        var uploaded = isKnown ? await _api.FindFileAsync(name, cancellationToken).ConfigureAwait(false) : null;
        uploaded ??= await _api.UploadAsync(name, lines, cancellationToken).ConfigureAwait(false);
        Say($"File {uploaded.Id}: {name} is uploaded.");
        return uploaded.Id!;
    }

    /// <exception cref="ModelException">The provider does not take the file.</exception>
    async Task ProcessAsync(string id, CancellationToken cancellationToken)
    {
        for (var pause = longestPause / 6; ; pause = Longer(pause))
        {
            var uploaded = await _api.GetFileAsync(id, cancellationToken).ConfigureAwait(false);
            if (uploaded.Status == "error")
            {
                throw new ModelException($"{endpoint.Address}: file {id} is not taken: {Words(uploaded.StatusDetails)}. Mend the data and give another --out.");
            }

            if (uploaded.Status is null or "processed")
            {
                return;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<HostedFinetuningRecord> CreateAsync(HostedFinetuningRecord record, HostedTraining training, CancellationToken cancellationToken)
    {
        if (record.MayHaveJob && await FindJobAsync(record, record.TrainingFileId!, cancellationToken).ConfigureAwait(false) is { JobId: not null } found)
        {
            return found;
        }

        record = Write(record with { MayHaveJob = true });
        var method = new FinetuningMethod("supervised", new SupervisedFinetuning(new FinetuningHyperparameters(training.Epochs, training.BatchSize)));
        var body = new FinetuningJobBody(
            training.Model, record.TrainingFileId!, record.ValidationFileId, training.Suffix, training.Seed, method, new() { [FinetuningApi.NameKey] = record.Name });
        var job = await _api.CreateAsync(body, cancellationToken).ConfigureAwait(false);
        return Write(WithJob(record, job));
    }

    async Task<HostedFinetuningRecord> FindJobAsync(HostedFinetuningRecord record, string trainingFile, CancellationToken cancellationToken) =>
        await _api.FindPatientlyAsync(record.Name, trainingFile, cancellationToken).ConfigureAwait(false) is { } job ? Write(WithJob(record, job)) : record;

    async Task<HostedFinetuningRecord> FollowAsync(HostedFinetuningRecord record, CancellationToken cancellationToken)
    {
        Say($"Job {record.JobId}: {record.Status}. It goes on at the provider whatever happens here; the same command follows it again.");
        for (var pause = longestPause / 6; ; pause = Longer(pause))
        {
            // The job first: when it has ended, all of its events are there.
            var job = await _api.GetAsync(record.JobId!, cancellationToken).ConfigureAwait(false);
            var known = (record.Events ?? []).Select(static one => one.Id).ToHashSet(StringComparer.Ordinal);
            var fresh = (await _api.GetEventsAsync(record.JobId!, known, cancellationToken).ConfigureAwait(false)).Select(Describe).ToList();
            fresh.ForEach(one => notices.Report(one.Message));
            if (job.Status != record.Status)
            {
                Say($"Job {record.JobId}: {Words(job.Status)}.");
            }

            var now = WithJob(record, job);
            record = fresh.Count > 0 || now != record ? Write(now with { Events = [.. record.Events ?? [], .. fresh] }) : record;
            if (record.HasEnded)
            {
                return record;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    HostedFinetuningRecord WithJob(HostedFinetuningRecord record, ServedFinetuningJob job) => record with
    {
        JobId = job.Id,
        Status = job.Status,
        Model = job.FineTunedModel,
        TrainedTokens = job.TrainedTokens,
        Error = job.Error is { } error && (error.Message ?? error.Code) is { } words ? Words(words) : null,
    };

    HostedEvent Describe(ServedFinetuningEvent served) => new(
        served.Id!, DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(served.CreatedAt, 0, 253402300799)), Words(served.Message),
        (int?)served.FindNumber("step"), served.FindNumber("train_loss"), served.FindNumber("valid_loss") ?? served.FindNumber("full_valid_loss"));

    HostedFinetuningRecord Write(HostedFinetuningRecord record)
    {
        file.Write(record);
        return record;
    }

    TimeSpan Longer(TimeSpan pause) => pause * 1.5 < longestPause ? pause * 1.5 : longestPause;

    /// <summary>On one line, without the key, and without what a terminal would obey.</summary>
    string Words(string? text) =>
        string.Concat(endpoint.Redact(text ?? "no reason is given").Trim().TrimEnd('.').Select(static c => char.IsControl(c) ? ' ' : c));

    /// <summary>Another training of the same settings has another name: its job is its own.</summary>
    string NameOf(JsonObject settings) => "selfinstruct-" +
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{time.GetUtcNow():O} {Path.GetFullPath(file.FilePath)} {settings.ToJsonString()}")).AsSpan(0, 16));

    void Say(FormattableString sentence) => notices.Report(sentence.ToString(CultureInfo.InvariantCulture));
}
