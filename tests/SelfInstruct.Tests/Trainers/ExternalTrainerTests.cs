using System.Collections.Immutable;
using System.Text.Json;
using SelfInstruct.Datasets;
using SelfInstruct.Trainers;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Tests.Trainers;

public sealed class ExternalTrainerTests : IDisposable
{
    static readonly TrainerRecipe Recipe = new("Qwen/Qwen2.5-0.5B", Epochs: 3, LearningRate: 0.0002, BatchSize: 4, Context: 1024, Lora: new LoraRecipe(8, 16, ["q_proj", "v_proj", "down_proj"]), PromptLossWeight: 0, HeldOutShare: 0.25, WeightDecay: 0.01, Seed: 7);

    readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. ExternalTrainer.All.Select(static trainer => trainer.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("trl", "num_train_epochs 3; learning_rate 0.0002; gradient_accumulation_steps 4; max_length 1024; packing true; completion_only_loss true; weight_decay 0.01; seed 7; use_peft true; lora_r 8; lora_alpha 16; eval_strategy epoch; dataset_test_split test")]
    [InlineData("axolotl", "num_epochs 3; learning_rate 0.0002; gradient_accumulation_steps 4; sequence_len 1024; sample_packing true; train_on_inputs false; weight_decay 0.01; seed 7; adapter lora; lora_r 8; lora_alpha 16")]
    [InlineData("llama-factory", "num_train_epochs 3; learning_rate 0.0002; gradient_accumulation_steps 4; cutoff_len 1024; neat_packing true; train_on_prompt false; weight_decay 0.01; seed 7; finetuning_type lora; lora_rank 8; lora_alpha 16; lora_target q_proj,v_proj,down_proj; eval_dataset held_out")]
    [InlineData("torchtune", "epochs 3; gradient_accumulation_steps 4; seed 7; optimizer.lr 0.0002; optimizer.weight_decay 0.01; tokenizer.max_seq_len 1024; dataset.packed true; dataset.train_on_input false; model.lora_rank 8; model.lora_alpha 16; model.apply_lora_to_mlp true")]
    public void Every_setting_is_in_the_configuration(string name, string settings)
    {
        Write(name, Recipe, chat: false);
        var root = Configuration();
        Assert.All(settings.Split("; "), setting =>
        {
            var (path, value) = setting.Split(' ') is [var first, var second] ? (first, second) : throw new FormatException(setting);
            Assert.Equal(value, Look(root, path));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_all_there_once_and_the_held_out_ones_apart(string name)
    {
        Write(name, Recipe, chat: false);
        var train = Rows("train.jsonl");
        var held = Rows(name == "trl" ? "test.jsonl" : "held_out.jsonl");
        Assert.Equal((9, 3), (train.Length, held.Length));
        var output = name == "llama-factory" ? "output" : "completion";
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => $"answer {i}").Order(StringComparer.Ordinal), train.Concat(held).Select(row => row.GetProperty(output).GetString()!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Conversations_stay_conversations(string name)
    {
        Write(name, Recipe with { Lora = null, HeldOutShare = 0 }, chat: true);
        var row = Rows("train.jsonl")[0];
        if (name == "trl")
        {
            Assert.Equal("user", row.GetProperty("prompt")[0].GetProperty("role").GetString());
            Assert.Equal("answer 0", row.GetProperty("completion")[0].GetProperty("content").GetString());
        }
        else
        {
            Assert.Equal(["user", "assistant"], row.GetProperty("messages").EnumerateArray().Select(static turn => turn.GetProperty("role").GetString()));
        }

        Assert.False(File.Exists(folder.In("out/data/held_out.jsonl")));
        Configuration();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_trainer_cannot_express_is_said(string name)
    {
        Write(name, Recipe with { PromptLossWeight = 0.3 }, chat: false);
        var readme = File.ReadAllText(folder.In("out/README.md"));
        Assert.Contains("Prompt loss weight 0.3", readme, StringComparison.Ordinal);
        Assert.Contains("Batch size", readme, StringComparison.Ordinal);
        Assert.All(["epochs | 3", "0.0002", "rank 8, alpha 16, on q_proj, v_proj, down_proj", "1024 tokens", "25 %", "seed | 7"], part => Assert.Contains(part, readme, StringComparison.Ordinal));
    }

    [Fact]
    public void LLaMA_Factory_finds_its_columns()
    {
        Write("llama-factory", Recipe, chat: false);
        var info = JsonDocument.Parse(File.ReadAllText(folder.In("out/data/dataset_info.json"))).RootElement;
        Assert.Equal("held_out.jsonl", info.GetProperty("held_out").GetProperty("file_name").GetString());
        Assert.Equal("instruction", info.GetProperty("train").GetProperty("columns").GetProperty("prompt").GetString());
    }

    [Fact]
    public void Torchtune_refuses_a_model_it_has_no_builder_for()
    {
        var error = Assert.Throws<InvalidDataException>(() => Write("torchtune", Recipe with { Model = "nobody/nothing" }, chat: false));
        Assert.Contains("Qwen/Qwen2.5-0.5B", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixture_of_kinds_is_refused() =>
        Assert.Throws<InvalidDataException>(() => ExternalTrainer.All[0].Write(folder.In("out"), [Row(0, chat: false), Row(1, chat: true)], Recipe));

    [Fact]
    public void A_models_name_cannot_break_out_of_its_line()
    {
        Write("trl", Recipe with { Model = "a\"\nseed: 3\\" }, chat: false);
        Assert.Equal("7", Look(Configuration(), "seed"));
    }

    void Write(string name, TrainerRecipe recipe, bool chat) =>
        ExternalTrainer.All.Single(trainer => trainer.Name == name).Write(folder.In("out"), [.. Enumerable.Range(0, 12).Select(i => Row(i, chat))], recipe);

    static DatasetRow Row(int i, bool chat) =>
        new(chat ? "messages" : "openai_completions", ImmutableArray.Create(new ChatTurn("user", $"question {i}\n"), new ChatTurn("assistant", $"answer {i}")));

    JsonElement[] Rows(string name) =>
        [.. File.ReadLines(folder.In("out/data/" + name)).Select(static line => JsonDocument.Parse(line).RootElement)];

    YamlMappingNode Configuration()
    {
        var path = Assert.Single(Directory.EnumerateFiles(folder.In("out"), "*.yaml"));
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    static string Look(YamlNode node, string path) =>
        ((YamlScalarNode)path.Split('.').Aggregate(node, static (parent, key) => parent[key])).Value!;
}
