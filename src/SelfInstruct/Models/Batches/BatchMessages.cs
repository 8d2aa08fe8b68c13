using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Models.Batches;

/// <summary>What POST /files answers, as far as it is used.</summary>
/// <param name="Status">Of a file for fine-tuning: uploaded, then processed or error; null where the server has no states.</param>
/// <param name="StatusDetails">What is wrong with it.</param>
public sealed record UploadedFile(string? Id = null, string? Filename = null, string? Status = null, string? StatusDetails = null);

/// <summary>Body of POST /batches.</summary>
public sealed record BatchBody(string InputFileId, string Endpoint, string CompletionWindow, Dictionary<string, string> Metadata);

/// <summary>A batch as the provider shows it, as far as it is used.</summary>
/// <param name="Status">validating, in_progress, finalizing, cancelling; at the end completed, failed, expired or cancelled.</param>
/// <param name="OutputFileId">Results with an answer; null where there are none.</param>
/// <param name="ErrorFileId">Results without; null where there are none.</param>
/// <param name="Errors">Why it failed as a whole.</param>
public sealed record ServedBatch(
    string? Id = null,
    string? Status = null,
    string? InputFileId = null,
    string? OutputFileId = null,
    string? ErrorFileId = null,
    BatchCounts? RequestCounts = null,
    BatchErrors? Errors = null,
    Dictionary<string, string?>? Metadata = null)
{
    public bool HasEnded => Status is "completed" or "failed" or "expired" or "cancelled";
}

public sealed record BatchCounts(int Total = 0, int Completed = 0, int Failed = 0);

public sealed record BatchErrors(ImmutableArray<BatchError?>? Data = null);

/// <param name="Line">Of the input file, where it is about one; counts from 1.</param>
public sealed record BatchError(string? Code = null, string? Message = null, int? Line = null);

/// <summary>What GET /batches answers, newest first.</summary>
public sealed record BatchList(ImmutableArray<ServedBatch?>? Data = null);

/// <summary>A line of an output or error file.</summary>
/// <param name="CustomId">Key of the request.</param>
/// <param name="Response">Null where the request was never made.</param>
/// <param name="Error">Why not.</param>
public sealed record BatchResult(string? CustomId = null, BatchResponse? Response = null, BatchError? Error = null);

/// <param name="StatusCode">As a single call would have had it.</param>
/// <param name="Body">The same.</param>
public sealed record BatchResponse(int StatusCode = 0, JsonElement? Body = null);
