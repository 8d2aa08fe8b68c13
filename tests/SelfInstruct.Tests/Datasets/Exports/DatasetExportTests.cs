using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Datasets.Exports;
using SelfInstruct.Runs;
using SelfInstruct.Tasks;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Tests.Datasets.Exports;

public sealed class DatasetExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_form_is_imported_as_the_rows_that_were_exported(string name)
    {
        var rows = Rows();
        Write(name, rows, 0.3);
        var read = ExportReading.Read(_folder.In(name));

        // The others lay texts out without the white space around them.
        var keeps = name is "alpaca" or "csv" or "llama-factory";
        Assert.Equal(
            rows.Select(row => (row.Example.Instruction, row.Example.Input, keeps ? row.Example.Output : row.Example.Output.Trim(), row.Id, row.InstructionId, row.IsClassification)),
            read.Select(static row => (row.Instruction, row.Input, row.Output, row.Id, row.InstructionId, row.IsClassification)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_folder_is_as_the_hub_expects_it(string name)
    {
        Write(name, Rows(), 0.3);
        var readme = File.ReadAllText(Path.Combine(_folder.In(name), "README.md"));
        Assert.StartsWith("---\n", readme, StringComparison.Ordinal);
        var stream = new YamlStream();
        stream.Load(new StringReader(readme.Split("---\n")[1]));
        var header = (YamlMappingNode)stream.Documents[0].RootNode;
        Assert.Equal(("cc-by-4.0", "n<1K", "My \"data\""), (header["license"].ToString(), header["size_categories"][0].ToString(), header["pretty_name"].ToString()));
        Assert.Equal("en", header["language"][0].ToString());
        Assert.Contains("self-instruct", ((YamlSequenceNode)header["tags"]).Select(static tag => tag.ToString()));
        var files = (YamlSequenceNode)header["configs"][0]["data_files"];
        Assert.Equal(["train", "validation"], files.Select(static file => file["split"].ToString()));
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(_folder.In(name), file["path"].ToString()))));
        Assert.Contains("| model | `m:1` |", readme, StringComparison.Ordinal);
        Assert.Contains("Read those terms", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_of_rows_of_unknown_origin_says_nothing_of_their_origin_and_reads_as_texts()
    {
        var card = new DatasetCard("data", "no", "no", new DatasetExport(ExportKind.Named("alpaca"), DatasetSplit.Of(Rows(), 0, 1)), Run: null, 1).ToMarkdown();
        Assert.DoesNotContain("made with Self-Instruct", card, StringComparison.Ordinal);
        Assert.DoesNotContain("that a language model wrote", card, StringComparison.Ordinal);
        Assert.Contains("what made it is not known here", card, StringComparison.Ordinal);

        // Bare, `no` is false to a reader of YAML 1.1.
        Assert.Contains("license: \"no\"\nlanguage:\n- \"no\"\n", card, StringComparison.Ordinal);
        var stream = new YamlStream();
        stream.Load(new StringReader(card.Split("---\n")[1]));
        Assert.Equal(["instruction-tuning"], ((YamlSequenceNode)stream.Documents[0].RootNode["tags"]).Select(static tag => tag.ToString()));
    }

    /// <summary>The shapes are those that the formats' own documents name (OpenAI's guide to fine-tuning, LLaMA-Factory's data/README.md, TRL's dataset formats).</summary>
    [Theory]
    [InlineData("openai_completions", "prompt,completion")]
    [InlineData("openai_chat", "messages")]
    [InlineData("messages", "messages")]
    [InlineData("sharegpt", "conversations")]
    [InlineData("alpaca", "instruction,input,output")]
    [InlineData("llama-factory", "instruction,input,output")]
    public void A_line_has_the_documented_fields_and_no_other(string name, string fields)
    {
        Write(name, Rows(), 0);
        foreach (var line in File.ReadLines(Path.Combine(_folder.In(name), "data", "train-00000-of-00001.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            Assert.Equal(fields, string.Join(',', row.EnumerateObject().Select(static field => field.Name)));
            foreach (var (turns, role, content, roles) in new[] { ("messages", "role", "content", "user,assistant"), ("conversations", "from", "value", "human,gpt") })
            {
                if (row.TryGetProperty(turns, out var list))
                {
                    Assert.Equal(roles, string.Join(',', list.EnumerateArray().Select(turn => turn.GetProperty(role).GetString())));
                    Assert.All(list.EnumerateArray(), turn => Assert.Equal(JsonValueKind.String, turn.GetProperty(content).ValueKind));
                }
            }
        }
    }

    [Fact]
    public void LLaMA_Factory_finds_its_files_and_columns()
    {
        Write("llama-factory", Rows(), 0.3);
        var info = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.In("llama-factory"), "dataset_info.json"))).RootElement;
        Assert.Equal(["data", "data_validation"], info.EnumerateObject().Select(static set => set.Name));
        foreach (var set in info.EnumerateObject())
        {
            var file = Path.Combine(_folder.In("llama-factory"), set.Value.GetProperty("file_name").GetString()!);
            var row = JsonDocument.Parse(File.ReadLines(file).First()).RootElement;
            Assert.All(set.Value.GetProperty("columns").EnumerateObject(), column => Assert.True(row.TryGetProperty(column.Value.GetString()!, out _)));
        }
    }

    [Fact]
    public void Parts_share_no_instruction_and_the_seed_decides()
    {
        ImmutableArray<ExportRow> rows = [.. Enumerable.Range(0, 300).Select(static n => Row($"Do {n % 100}.", "", $"{n}"))];
        var parts = DatasetSplit.Of(rows, 0.2, 1);
        Assert.Equal([240, 60], parts.Select(static part => part.Rows.Length));
        Assert.Empty(Instructions(parts[0]).Intersect(Instructions(parts[1])));
        Assert.Equal(Instructions(parts[1]), Instructions(DatasetSplit.Of(rows, 0.2, 1)[1]));
        Assert.NotEqual(Instructions(parts[1]), Instructions(DatasetSplit.Of(rows, 0.2, 2)[1]));

        // A tenth more data: what was held out mostly stays so.
        var grown = DatasetSplit.Of([.. rows, .. Enumerable.Range(0, 10).Select(static n => Row($"Make {n}.", "", "x"))], 0.2, 1);
        Assert.InRange(Instructions(parts[1]).Intersect(Instructions(grown[1])).Count(), 16, 20);

        static HashSet<string> Instructions(DatasetSplit part) => [.. part.Rows.Select(static item => item.Row.Example.Instruction)];
    }

    [Theory]
    [InlineData(0, 0.5, 0)]
    [InlineData(1, 0.5, 0)]
    [InlineData(2, 0.001, 1)]
    [InlineData(2, 0.999, 1)]
    [InlineData(5, 0, 0)]
    public void One_instruction_is_held_out_at_least_and_one_stays(int instructions, double share, int held) =>
        Assert.Equal(held, DatasetSplit.Of([.. Enumerable.Range(0, instructions).Select(static n => Row($"Do {n}.", "", "x"))], share, 1).Skip(1).Sum(static part => part.Rows.Length));

    [Fact]
    public void A_file_that_does_not_read_back_is_an_error()
    {
        var kind = ExportKind.Named("alpaca");
        var broken = kind with { Write = (path, rows) => kind.Write(path, rows.Skip(1)) };
        Assert.Contains("does not read back", Assert.Throws<IOException>(() => new DatasetExport(broken, DatasetSplit.Of(Rows(), 0, 1)).WriteFile(_folder.In("x.jsonl"))).Message, StringComparison.Ordinal);
        var longer = kind with { Write = (path, rows) => kind.Write(path, [.. rows, .. rows]) };
        Assert.Throws<IOException>(() => new DatasetExport(longer, DatasetSplit.Of(Rows(), 0, 1)).WriteFile(_folder.In("y.jsonl")));
    }

    [Fact]
    public void Data_that_no_longer_fits_its_provenance_is_refused()
    {
        Write("messages", Rows(), 0);
        var data = Path.Combine(_folder.In("messages"), "data", "train-00000-of-00001.jsonl");
        var lines = File.ReadAllLines(data);
        File.WriteAllLines(data, lines.Reverse());
        Assert.Contains("does not hold the instruction", Assert.Throws<InvalidDataException>(() => ExportReading.Read(_folder.In("messages"))).Message, StringComparison.Ordinal);
        File.WriteAllLines(data, lines[1..]);
        Assert.Contains($"has {lines.Length - 1} rows where", Assert.Throws<InvalidDataException>(() => ExportReading.Read(_folder.In("messages"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_that_a_spreadsheet_would_run_are_counted_and_kept()
    {
        var example = new TrainingExample("=1+1", "@name", "-5");
        Assert.Equal(3, CsvRows.CountFormulas(example));
        var row = new ExportRow(new TrainingRow(example, new PromptAndCompletion("", "")));
        new DatasetExport(ExportKind.Named("csv"), DatasetSplit.Of([row], 0, 1)).WriteFile(_folder.In("a.csv"));
        Assert.Equal("instruction,input,output\n=1+1,@name,-5\n", File.ReadAllText(_folder.In("a.csv")).ReplaceLineEndings("\n"));
    }

    public static TheoryData<string> Names() => [.. ExportKind.All.Select(static kind => kind.Name)];

    public void Dispose() => _folder.Dispose();

    /// <summary>With what separates fields, lines and turns in one form or another.</summary>
    static ImmutableArray<ExportRow> Rows() =>
    [
        Row("Name a bird of the sea.", "", "gull", "i0.0", "i0", false),
        Row("Name a bird of the sea.", "in Latin", "Larus", "i0.1", "i0", false),
        Row("Say: \"yes\", or no;\nthen stop.\n\nInput: none", "a,b\n\n\"c\"\r\nd", "  \"yes\"\n", "i1.0", "i1", true),
        Row("Output:", "Input: x\nOutput: y", "=SUM(A1)", "i2.0", "i2"),
        Row("翻译", "Чайка 👍", "gull\u0000\u2028\t'", "i3.0", "i3"),
        Row("Written by people.", "", "yes") with { IsSeedTask = true },
    ];

    static ExportRow Row(string instruction, string input, string output, string? id = null, string? instructionId = null, bool? isClassification = null) =>
        ExportRows.LayOut([new GeneratedInstance(instruction, input, output, id, instructionId, isClassification)], seed: id?.Length ?? 3)[0];

    void Write(string name, ImmutableArray<ExportRow> rows, double validation)
    {
        var export = new DatasetExport(ExportKind.Named(name), DatasetSplit.Of(rows, validation, 1));
        var run = new RunState("complete", "1.0", "m:1", "paper", 42, "seeds.jsonl", "ab", "cd", 6, DateTimeOffset.UnixEpoch, 1, RunCounts.Empty with { Rejected = new SortedDictionary<string, int> { ["not_novel"] = 3 } });
        export.Write(_folder.In(name), new DatasetCard("My \"data\"", "cc-by-4.0", "en", export, run, 1).ToMarkdown(), "data");
    }
}
