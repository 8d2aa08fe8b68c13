using System.Globalization;
using System.Text;
using System.Text.Json;
using SelfInstruct.Reviews;

namespace SelfInstruct.Review;

/// <summary>What stands of a review, as files. The log itself keeps everything that was ever said.</summary>
static class AnnotationExport
{
    static readonly (string Name, Func<Annotation, string?> Value)[] Columns =
    [
        ("task", static line => line.Task),
        ("id", static line => line.Id),
        ("model", static line => line.Model),
        ("rater", static line => line.Rater),
        ("rating", static line => line.Rating),
        ("valid_task", static line => Show(line.ValidTask)),
        ("input_appropriate", static line => Show(line.InputAppropriate)),
        ("output_correct", static line => Show(line.OutputCorrect)),
        ("first", static line => line.First),
        ("second", static line => line.Second),
        ("verdict", static line => line.Verdict),
        ("shown_first", static line => line.ShownFirst),
        ("skipped", static line => line.Skipped),
        ("comment", static line => line.Comment),
        ("seconds", static line => line.Seconds?.ToString(CultureInfo.InvariantCulture)),
        ("at", static line => line.At?.ToString("O", CultureInfo.InvariantCulture)),
        ("version", static line => line.Version),
        ("key", static line => line.Key),
    ];

    public static string ToJsonLines(IEnumerable<Annotation> standing) =>
        string.Concat(standing.Select(static line => JsonSerializer.Serialize(line, ReviewJson.Format.Annotation) + "\n"));

    public static string ToJsonLines(IEnumerable<Edit> edits) => string.Concat(edits.Select(static edit => JsonSerializer.Serialize(edit, ReviewJson.Format.Edit) + "\n"));

    /// <summary>RFC 4180, with a line of names.</summary>
    public static string ToCsv(IEnumerable<Annotation> standing) =>
        Table(Columns.Select(static column => column.Name), standing.Select(static line => Columns.Select(column => column.Value(line))));

    /// <inheritdoc cref="ToCsv(IEnumerable{Annotation})"/>
    public static string ToCsv(IEnumerable<Edit> edits) => Table(
        ["id", "author", "rejected", "instruction", "input", "output", "comment", "seconds", "at", "version", "key", "before"],
        edits.Select(static edit => (IEnumerable<string?>)
        [
            edit.Id, edit.Author, Show(edit.Rejected), edit.Instruction, edit.Input, edit.Output, edit.Comment,
            edit.Seconds?.ToString(CultureInfo.InvariantCulture), edit.At.ToString("O", CultureInfo.InvariantCulture), edit.Version, edit.Key, edit.Before,
        ]));

    static string Table(IEnumerable<string> names, IEnumerable<IEnumerable<string?>> rows)
    {
        var text = new StringBuilder().AppendJoin(',', names).Append("\r\n");
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>A spreadsheet takes what begins like this for a formula; the apostrophe makes it text there.</summary>
    static string Cell(string? value)
    {
        var text = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value ?? "";
        return text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    static string? Show(bool? answer) => answer switch { true => "true", false => "false", _ => null };
}
