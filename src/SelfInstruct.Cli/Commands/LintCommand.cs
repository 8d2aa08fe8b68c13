using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using SelfInstruct.Concurrency;
using SelfInstruct.Quality;
using SelfInstruct.Tasks;

namespace SelfInstruct.Cli.Commands;

/// <summary>`lint`: which rows of a dataset are at fault, by which rule; and, where asked, a copy without what can safely go.</summary>
static class LintCommand
{
    const int CheckedTogether = 1024;

    static readonly Argument<string> Input = new("FILE|DIR") { Description = DatasetFile.About };
    static readonly Option<string[]> Rules = new("--rules") { Description = $"Only these rules, separated by commas. Known: {string.Join(", ", [.. QualityRules.Names, SeenRows.Rule])}." };
    static readonly Option<string?> Language = new("--language") { Description = "Language that rows should be in (ISO 639-1, as en). Without, an output should be in the script of its instruction." };
    static readonly Option<string[]> WordLists = new("--word-list") { Description = "File of words that no row should hold, one a line, for the rule unsafe; may be repeated." };
    static readonly Option<int> Examples = new("--examples") { Description = "Examples shown of each rule.", DefaultValueFactory = static _ => 3 };
    static readonly Option<string?> Report = new("--report") { Description = "Write every fault to a file that is not there yet, one a line: row, rule, field, start, length, reason, passage." };
    static readonly Option<bool> Fix = new("--fix") { Description = "Write a copy to --out: white space around texts and instances behind the first go, empty and repeated rows are left out." };
    static readonly Option<string[]> Drop = new("--drop") { Description = "With --fix: leave out rows with a fault of these rules too, separated by commas; they are checked, whatever --rules names." };
    static readonly Option<string?> Out = new("--out") { Description = "With --fix: the copy, JSON lines. Beside it NAME.fixes.jsonl and NAME.rejected.jsonl say what changed and what was left out." };

    public static Command Create()
    {
        var command = new Command("lint", "Finds faulty rows of a dataset by named rules, with counts and examples; --fix writes a copy with what can safely be mended.")
        {
            Input, Rules, Language, WordLists, Examples, Report, Fix, Drop, Out,
        };
        command.SetBody(static async (parsed, cancellationToken) => new CommandResult(await RunAsync(parsed, cancellationToken).ConfigureAwait(false)));
        return command;
    }

    static async Task<JsonObject> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var work = LintWork.Of(parsed);
        var kept = work.KeepAsync(DatasetFile.Read(parsed.GetValue(Input)!), cancellationToken);
        if (work.CopyPath is { } path)
        {
            await JsonLines.WriteAllAsync(path, kept, TaskJson.Format.JsonObject, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await foreach (var _ in kept.ConfigureAwait(false))
            {
                // Only the counts are wanted.
            }
        }

        if (parsed.GetValue(Report) is { } report)
        {
            JsonLines.WriteAll(report, work.Found, TaskJson.Format.JsonObject);
        }

        work.Show();
        return work.ToJson();
    }

    /// <summary>One run of the command over a file.</summary>
    sealed class LintWork
    {
        readonly ImmutableArray<QualityRule> _rules;
        readonly QualityContext _context;
        readonly bool _lists;
        readonly int _examples;
        readonly HashSet<string> _dropped;
        readonly IReadOnlyCollection<string> _mended;
        readonly SeenRows? _seen;
        readonly OrderedDictionary<string, int> _counts = [];
        readonly OrderedDictionary<string, int> _unmended = [];
        readonly Dictionary<string, List<string>> _shown = [];
        int _rows;
        int _faulty;

        LintWork(ParseResult parsed, ImmutableArray<string> names, QualityContext context, string? path)
        {
            (_context, CopyPath) = (context, path);
            _rules = QualityRules.Named(names.Where(static name => name != SeenRows.Rule));
            _seen = names.Contains(SeenRows.Rule) ? new SeenRows() : null;
            _mended = [.. RowFix.Rules.Where(names.Contains)];
            _dropped = [.. Split(parsed.GetValue(Drop)), .. names.Where(static name => name is "empty" or SeenRows.Rule)];
            (_lists, _examples) = (parsed.GetValue(Report) is not null, parsed.GetValue(Examples));
            foreach (var name in names)
            {
                _counts[name] = 0;
                _shown[name] = [];
            }
        }

        /// <summary>Null: nothing is written.</summary>
        public string? CopyPath { get; }

        public List<JsonObject> Fixes { get; } = [];

        public List<JsonObject> Rejected { get; } = [];

        public List<JsonObject> Found { get; } = [];

        public static LintWork Of(ParseResult parsed)
        {
            var words = parsed.GetValue(WordLists) is { Length: > 0 } lists ? WordList.Load(lists) : null;
            ImmutableArray<string> names = Split(parsed.GetValue(Rules)) is { Length: > 0 } chosen
                ? [.. chosen]
                : [.. QualityRules.Names.Where(name => name != "unsafe" || words is not null), SeenRows.Rule];
            names = [.. names.Concat(Split(parsed.GetValue(Drop))).Distinct()];
            if (names.Contains("unsafe") && words is null)
            {
                throw new InvalidDataException("The rule unsafe: no words are given. Name a file of them with --word-list.");
            }

            if (parsed.GetValue(Language) is { } language && !LanguageRule.Languages.Contains(language))
            {
                throw new InvalidDataException($"--language {language}: not known. Known: {string.Join(", ", LanguageRule.Languages)}.");
            }

            return new LintWork(parsed, names, new QualityContext(parsed.GetValue(Language), words), FindOut(parsed));
        }

        /// <summary>The rows that stay, mended where that is safe; everything else is counted on the way.</summary>
        public async IAsyncEnumerable<JsonObject> KeepAsync(IEnumerable<DatasetItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var batches = items.Chunk(CheckedTogether).SelectConcurrently(
                Environment.ProcessorCount + 1,
                (batch, token) => Task.Run(() => Array.ConvertAll(batch, item => (Item: item, Faults: QualityRules.Check(item.Row, _rules, _context))), token),
                cancellationToken);
            await foreach (var batch in batches.ConfigureAwait(false))
            {
                foreach (var (item, faults) in batch)
                {
                    if (Count(item, faults) is null && CopyPath is not null)
                    {
                        yield return Mend(item, faults);
                    }
                }
            }

            // Before the copy gets its name: it must not be there without the lists of what it lacks.
            if (CopyPath is { } path)
            {
                JsonLines.WriteAll(FixesOf(path), Fixes, TaskJson.Format.JsonObject);
                JsonLines.WriteAll(RejectedOf(path), Rejected, TaskJson.Format.JsonObject);
            }
        }

        public void Show()
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_rows:N0} rows, {_faulty:N0} with a fault"));
            foreach (var (rule, count) in _counts.Where(static pair => pair.Value > 0))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rule,-17} {count,8:N0}  {100.0 * count / _rows,6:0.00} %  {About(rule)}"));
                _shown[rule].ForEach(static example => Console.WriteLine("    " + example));
            }

            if (CopyPath is not null)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_rows - Rejected.Count:N0} rows written to {CopyPath}, {Rejected.Count:N0} left out, {Fixes.Count:N0} texts mended"));
            }

            foreach (var (rule, count) in _unmended)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"not mended: {rule} {count:N0}; those rows are in the copy as they were"));
            }
        }

        public JsonObject ToJson() => new()
        {
            ["rows"] = _rows,
            ["faulty"] = _faulty,
            ["faults"] = new JsonObject(_counts.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["out"] = CopyPath,
            ["written"] = CopyPath is null ? null : _rows - Rejected.Count,
            ["rejected"] = CopyPath is null ? null : CountByRule(Rejected),
            ["fixed"] = CopyPath is null ? null : CountByRule(Fixes),
            ["not_mended"] = CopyPath is null ? null : new JsonObject(_unmended.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };

        /// <summary>The rule that the row is left out by; null: it stays.</summary>
        string? Count(DatasetItem item, ImmutableArray<NamedFault> faults)
        {
            _rows++;
            var place = item.Source.Place;
            if (_seen?.FindOrAdd(item.Row, place) is { } earlier)
            {
                faults = faults.Add(new NamedFault(SeenRows.Rule, new QualityFault("instruction", 0, item.Row.Instruction.Length, $"equal to {earlier}")));
            }

            _faulty += faults.IsEmpty ? 0 : 1;
            foreach (var (rule, fault) in faults)
            {
                _counts[rule]++;
                var passage = fault.PassageIn(item.Row);
                if (_shown[rule].Count < _examples)
                {
                    _shown[rule].Add($"{place} {fault.Field}, {fault.Reason}: {TerminalText.Line(passage, 100)}");
                }

                if (_lists)
                {
                    Found.Add(ToJson(place, rule, fault, passage));
                }
            }

            return faults.FirstOrDefault(fault => _dropped.Contains(fault.Rule)) is { } dropping && CopyPath is not null ? Reject(item, dropping) : null;
        }

        string Reject(DatasetItem item, NamedFault fault)
        {
            var json = ToJson(item.Source.Place, fault.Rule, fault.Fault, null);
            json["object"] = item.Source.Object.DeepClone();
            Rejected.Add(json);
            return fault.Rule;
        }

        JsonObject Mend(DatasetItem item, ImmutableArray<NamedFault> faults)
        {
            if (!item.HasFields)
            {
                CountUnmended(faults, []);
                return item.Source.Has("instances")
                    ? throw new InvalidDataException($"{item.Source.Place}: --fix takes rows, and this is a task with its instances. Mend it by hand.")
                    : item.Source.Object;
            }

            var (row, fixes) = RowFix.Mend(item.Row, _mended);
            CountUnmended(faults, fixes);
            foreach (var fix in fixes)
            {
                Fixes.Add(new JsonObject { ["row"] = item.Source.Place, ["rule"] = fix.Rule, ["field"] = fix.Field, ["removed"] = fix.Removed });
                item.Source.Object[fix.Field] = fix.Field switch { "instruction" => row.Instruction, "input" => row.Input, _ => row.Output };
            }

            return item.Source.Object;
        }

        /// <summary>Of a conversation or a laid-out text nothing is mended, and not every second instance is safely cut off.</summary>
        void CountUnmended(ImmutableArray<NamedFault> faults, ImmutableArray<AppliedFix> fixes)
        {
            foreach (var (rule, _) in faults.Where(fault => _mended.Contains(fault.Rule) && fixes.All(fix => fix.Rule != fault.Rule)))
            {
                _unmended[rule] = _unmended.TryGetValue(rule, out var count) ? count + 1 : 1;
            }
        }

        static JsonObject ToJson(string place, string rule, QualityFault fault, string? passage)
        {
            var json = new JsonObject { ["row"] = place, ["rule"] = rule, ["field"] = fault.Field, ["start"] = fault.Start, ["length"] = fault.Length, ["reason"] = fault.Reason };
            if (passage is not null)
            {
                json["passage"] = passage;
            }

            return json;
        }

        static string About(string rule) => rule == SeenRows.Rule ? "equal to a row before it" : QualityRules.Named([rule])[0].About;

        static JsonObject CountByRule(List<JsonObject> lines) =>
            new(lines.CountBy(static line => line["rule"]!.GetValue<string>()).Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

        static string? FindOut(ParseResult parsed)
        {
            var path = parsed.GetValue(Out);
            if (!parsed.GetValue(Fix) && (path is not null || parsed.GetValue(Drop) is not (null or [])))
            {
                throw new InvalidDataException("--out and --drop belong to --fix. Add it, or leave them out.");
            }

            if (parsed.GetValue(Fix) && path is null)
            {
                throw new InvalidDataException("--fix writes a copy; say where with --out.");
            }

            OutputFiles.CheckNew(
            [
                .. path is null ? Array.Empty<(string, string)>() : [("--out", path), ("--out also writes", FixesOf(path)), ("--out also writes", RejectedOf(path))],
                .. parsed.GetValue(Report) is { } report ? [("--report", report)] : Array.Empty<(string, string)>(),
            ]);
            return path;
        }

        static string FixesOf(string path) => Path.ChangeExtension(path, ".fixes.jsonl");

        static string RejectedOf(string path) => Path.ChangeExtension(path, ".rejected.jsonl");

        static string[] Split(string[]? values) => [.. (values ?? []).SelectMany(static value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }
}
