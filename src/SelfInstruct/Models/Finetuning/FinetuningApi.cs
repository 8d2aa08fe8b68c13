using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using SelfInstruct.Models.Batches;

namespace SelfInstruct.Models.Finetuning;

/// <summary>The calls of OpenAI's fine-tuning API that a hosted training needs.</summary>
/// <param name="endpoint">Keeps limits and retries.</param>
/// <param name="pause">Before looking for a job whose making was not answered: it may still be on its way.</param>
/// <param name="time">Measures it.</param>
sealed class FinetuningApi(ModelEndpoint endpoint, TimeSpan pause, TimeProvider time)
{
    /// <summary>The key of our own name of a job, in its metadata.</summary>
    public const string NameKey = "selfinstruct_finetuning";

    const int Attempts = 5;
    const int PageSize = 100;
    const int MostPages = 50;

    const string Remedy = "The provider does not take this fine-tuning; its words say why.";

    static readonly ExpectedAnswer<UploadedFile> File = Expect("an uploaded file", ModelJson.Format.UploadedFile, static file => file.Id is { Length: > 0 });
    static readonly ExpectedAnswer<FileList> Files = Expect("a list of files", ModelJson.Format.FileList, static list => list.Data is not null);
    static readonly ExpectedAnswer<ServedFinetuningJob> Job = Expect("a fine-tuning job", ModelJson.Format.ServedFinetuningJob, static job => job is { Id.Length: > 0, Status: not null });
    static readonly ExpectedAnswer<FinetuningJobList> Jobs = Expect("a list of fine-tuning jobs", ModelJson.Format.FinetuningJobList, static list => list.Data is not null);
    static readonly ExpectedAnswer<FinetuningEventList> Events = Expect("a list of events", ModelJson.Format.FinetuningEventList, static list => list.Data is not null);

    /// <param name="name">Of the file; found again by it.</param>
    /// <param name="lines">JSON lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<UploadedFile> UploadAsync(string name, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        endpoint.UploadAsync("files", "fine-tune", name, lines, File, cancellationToken);

    /// <summary>Null: the provider has none of that name.</summary>
    public async Task<UploadedFile?> FindFileAsync(string name, CancellationToken cancellationToken)
    {
        var list = await endpoint.GetAsync("files?purpose=fine-tune", Files, cancellationToken).ConfigureAwait(false);
        return list.Data!.Value.FirstOrDefault(file => file is { Id.Length: > 0 } && file.Filename == name);
    }

    public Task<UploadedFile> GetFileAsync(string id, CancellationToken cancellationToken) =>
        endpoint.GetAsync("files/" + Uri.EscapeDataString(id), File, cancellationToken);

    /// <summary>A job is paid for, so it is looked for before it is made a second time.</summary>
    public async Task<ServedFinetuningJob> CreateAsync(FinetuningJobBody body, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await endpoint.PostOnceAsync("fine_tuning/jobs", body, ModelJson.Format.FinetuningJobBody, Job, cancellationToken).ConfigureAwait(false);
            }
            catch (LostAnswerException) when (attempt < Attempts)
            {
                if (await FindPatientlyAsync(body.Metadata[NameKey], body.TrainingFile, cancellationToken).ConfigureAwait(false) is { } made)
                {
                    return made;
                }
            }
        }
    }

    /// <summary>A job of our name or our training file, after giving it time to appear; null: the provider has none.</summary>
    public async Task<ServedFinetuningJob?> FindPatientlyAsync(string name, string trainingFile, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        return await FindAsync(name, trainingFile, cancellationToken).ConfigureAwait(false);
    }

    public Task<ServedFinetuningJob> GetAsync(string id, CancellationToken cancellationToken) => endpoint.GetAsync(PathOf(id), Job, cancellationToken);

    /// <summary>What was trained so far may be paid for all the same.</summary>
    public Task<ServedFinetuningJob> CancelAsync(string id, CancellationToken cancellationToken) =>
        endpoint.PostAsync(PathOf(id) + "/cancel", new Dictionary<string, string>(), ModelJson.Format.DictionaryStringString, Job, cancellationToken);

    /// <summary>Oldest first, those that are known left out.</summary>
    public async Task<IReadOnlyList<ServedFinetuningEvent>> GetEventsAsync(string id, IReadOnlySet<string> known, CancellationToken cancellationToken)
    {
        var fresh = new List<ServedFinetuningEvent>();
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            var list = await endpoint.GetAsync(Page($"{PathOf(id)}/events", after), Events, cancellationToken).ConfigureAwait(false);
            var events = list.Data!.Value.OfType<ServedFinetuningEvent>().Where(static one => one.Id is { Length: > 0 }).ToList();
            fresh.AddRange(events.Where(one => !known.Contains(one.Id!)));
            if (!list.HasMore || events.Count == 0 || events.Exists(one => known.Contains(one.Id!)))
            {
                break;
            }

            after = events[^1].Id!;
        }

        fresh.Reverse();
        return fresh;
    }

    async Task<ServedFinetuningJob?> FindAsync(string name, string trainingFile, CancellationToken cancellationToken)
    {
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            var list = await endpoint.GetAsync(Page("fine_tuning/jobs", after), Jobs, cancellationToken).ConfigureAwait(false);
            var jobs = list.Data!.Value.OfType<ServedFinetuningJob>().Where(static job => job.Id is { Length: > 0 }).ToList();
            if (jobs.Find(job => job.TrainingFile == trainingFile || job.Metadata?.GetValueOrDefault(NameKey) == name) is { } found)
            {
                return found;
            }

            if (!list.HasMore || jobs.Count == 0)
            {
                break;
            }

            after = jobs[^1].Id!;
        }

        return null;
    }

    static string PathOf(string id) => "fine_tuning/jobs/" + Uri.EscapeDataString(id);

    static string Page(string path, string after) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}?limit={PageSize}{(after.Length > 0 ? "&after=" + Uri.EscapeDataString(after) : "")}");

    static ExpectedAnswer<T> Expect<T>(string name, JsonTypeInfo<T> type, Func<T, bool> isUsable) => new(name, type, isUsable, Remedy);
}
