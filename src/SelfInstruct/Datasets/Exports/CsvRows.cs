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
    /// <exception cref="InvalidDataException">No such file or columns, a row of another number of fields than the header, or quotes that RFC 4180 does not know; says where.</exception>
    public static IEnumerable<JsonElement> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path}: no such file.");
        }

        using var csv = CsvReader.FromFile(path, CsvReaderOptions.Default with { Separator = ',', TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Throw });
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
            var headers = csv.Headers ?? [];
            return !headers.Contains("instruction") || !headers.Contains("output")
                ? throw new InvalidDataException($"{path}: has no columns instruction and output in its first line. Name them there.")
                : headers.CountBy(static name => name).FirstOrDefault(static pair => pair.Value > 1).Key is { } twice
                ? throw new InvalidDataException($"{path}(1): has the column {twice} twice. Rename one.")
                : isRow;
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException($"{path}({e.LineNumber}): not CSV as RFC 4180 has it. {e.Message}", e);
        }
    }
}
