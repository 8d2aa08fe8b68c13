using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace SelfInstruct.Models.Batches;

/// <param name="Requests">In the order of the lines; those of one key share a line.</param>
sealed record BatchFile(ImmutableArray<BatchedRequest> Requests, ReadOnlyMemory<byte> Lines);

/// <summary>Requests as the lines of input files, results from the lines of output files.</summary>
static class BatchFiles
{
    /// <summary>As few files as the limits allow, requests in the order given.</summary>
    public static IEnumerable<BatchFile> Write(IEnumerable<BatchedRequest> requests, IBatchable model, BatchOptions options)
    {
        var quirks = model.Learnt.Known;
        var lines = new ArrayBufferWriter<byte>();
        var (taken, count) = (new List<BatchedRequest>(), 0);
        foreach (var alike in requests.GroupBy(static request => request.Key, StringComparer.Ordinal))
        {
            var line = WriteLine(alike.First(), model, quirks);
            if (count == options.MaxRequests || (count > 0 && lines.WrittenCount + line.Length > options.MaxBytes))
            {
                yield return new BatchFile([.. taken], lines.WrittenMemory);
                (lines, taken, count) = (new ArrayBufferWriter<byte>(), [], 0);
            }

            lines.Write(line.Span);
            count++;
            foreach (var request in alike)
            {
                request.Known = quirks;
                taken.Add(request);
            }
        }

        if (count > 0)
        {
            yield return new BatchFile([.. taken], lines.WrittenMemory);
        }
    }

    /// <exception cref="ModelException">A line that is no result.</exception>
    public static IEnumerable<BatchResult> Read(ReadOnlyMemory<byte> file, string place)
    {
        for (var (start, number) = (0, 1); start < file.Length; number++)
        {
            var end = file.Span[start..].IndexOf((byte)'\n') is >= 0 and var length ? start + length : file.Length;
            var line = file[start..end];
            start = end + 1;
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                yield return Parse(line.Span, place, number);
            }
        }
    }

    static BatchResult Parse(ReadOnlySpan<byte> line, string place, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ModelJson.Format.BatchResult) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new ModelException($"{place}: line {number:N0} is no result of a batch ({e.Message}). Run the same command again: it looks at the same batch; without --batch its requests are asked one by one.", e);
        }
    }

    static ReadOnlyMemory<byte> WriteLine(BatchedRequest request, IBatchable model, ImmutableArray<Quirk> quirks)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("custom_id"u8, request.Key);
            json.WriteString("method"u8, "POST"u8);
            json.WriteString("url"u8, BatchApi.EndpointOf(model));
            json.WritePropertyName("body"u8);
            json.WriteRawValue(model.WriteBody(request.Request, quirks));
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
