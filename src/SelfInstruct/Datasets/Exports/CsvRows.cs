using System.Collections.Immutable;
using System.Text.Json;
using CsvHelper;

namespace SelfInstruct.Datasets.Exports;

/// <summary>
/// Rows as CSV (RFC 4180): instruction, input, output under a header. Texts are written as they are, those that a
/// spreadsheet would take for a formula too: data for training must not change on its way.
/// </summary>
public static class CsvRows
{
    static readonly ImmutableArray<string> Header = ["instruction", "input", "output"];

    /// <summary>The file appears complete or not at all.</summary>
    public static void Write(string path, IEnumerable<JsonElement> rows)
    {
        var partial = path + ".partial";
        try
        {
            using (var file = File.Create(partial))
            using (var csv = CsvWriter.Create(file, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true))
            {
                csv.WriteHeader(Header.AsSpan());
                foreach (var row in rows)
                {
                    csv.WriteRecord([.. Header.Select(name => row.GetProperty(name).GetString()!)]);
                }

                csv.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Of any CSV file whose header has instruction and output; input may be missing.</summary>
    /// <exception cref="InvalidDataException">No such file or columns, or no CSV; says where.</exception>
    public static IEnumerable<JsonElement> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file.");
        }

        using var csv = CsvReader.FromFile(path, CsvReaderOptions.Default with { Separator = ',', TrackLineNumbers = true, SkipEmptyLines = false });
        while (TryRead(csv, path))
        {
            yield return JsonSerializer.SerializeToElement(
                new TrainingExample(csv.GetString("instruction"), csv.Headers!.Contains("input") ? csv.GetString("input") : "", csv.GetString("output")), DatasetJson.Format.TrainingExample);
        }
    }

    /// <summary>Cells that begin as a formula does.</summary>
    public static int CountFormulas(TrainingExample row) =>
        new[] { row.Instruction, row.Input, row.Output }.Count(static text => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]);

    static bool TryRead(CsvReader csv, string path)
    {
        try
        {
            var isRow = csv.Read();
            return csv.Headers is { } headers && headers.Contains("instruction") && headers.Contains("output")
                ? isRow
                : throw new InvalidDataException($"{path}: has no columns instruction and output in its first line. Name them there.");
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"{path}({e.LineNumber}): not CSV as RFC 4180 has it. {e.Message}", e);
        }
    }
}
