using System.Text.Json.Nodes;
using SelfInstruct.Tasks;

namespace SelfInstruct.Trainers;

/// <summary>LLaMA-Factory; option names of its hparams, data described in dataset_info.json.</summary>
sealed record LlamaFactoryTrainer() : ExternalTrainer("llama-factory", "https://github.com/hiyouga/LLaMA-Factory")
{
    protected override string ConfigurationName => "train.yaml";

    protected override string Configure(TrainerData data, TrainerRecipe recipe) =>
        $"""
        stage: sft
        do_train: true
        model_name_or_path: {Quote(recipe.Model)}
        {(data.IsChat ? "# template: taken from the model's own chat template" : "template: fewshot")}
        dataset_dir: data
        dataset: train
        {(data.HeldOut.IsEmpty ? "eval_strategy: \"no\"" : "eval_dataset: held_out\neval_strategy: epoch\nper_device_eval_batch_size: 1")}
        train_on_prompt: {Flag(recipe.LearnsPrompts)}
        cutoff_len: {recipe.Context}
        packing: true
        neat_packing: true
        flash_attn: fa2
        num_train_epochs: {recipe.Epochs}
        per_device_train_batch_size: 1
        gradient_accumulation_steps: {recipe.BatchSize}
        learning_rate: {Number(recipe.LearningRate)}
        lr_scheduler_type: cosine
        warmup_ratio: {Number(TrainerRecipe.WarmupShare)}
        weight_decay: {Number(recipe.WeightDecay)}
        max_grad_norm: 1.0
        bf16: true
        seed: {recipe.Seed}
        logging_steps: 1
        save_strategy: epoch
        plot_loss: true
        output_dir: out
        {Adapter(recipe.Lora)}

        """;

    protected override void WriteData(string folder, TrainerData data)
    {
        data.Write(folder, "held_out.jsonl", (row, encoded) => data.IsChat
            ? new JsonObject { ["messages"] = TrainerData.Messages(row.Turns) }
            : new JsonObject { ["instruction"] = encoded.Prompt, ["input"] = "", ["output"] = encoded.Completion });
        var info = new JsonObject { ["train"] = Describe(data.IsChat, "train.jsonl") };
        if (!data.HeldOut.IsEmpty)
        {
            info["held_out"] = Describe(data.IsChat, "held_out.jsonl");
        }

        File.WriteAllText(Path.Combine(folder, "dataset_info.json"), info.ToJsonString(TaskJson.CreateOptions()) + "\n");
    }

    protected override (string One, string Many, string Nodes) Commands(TrainerRecipe recipe) => (
        "CUDA_VISIBLE_DEVICES=0 llamafactory-cli train train.yaml",
        "FORCE_TORCHRUN=1 llamafactory-cli train train.yaml",
        "FORCE_TORCHRUN=1 NNODES=2 NODE_RANK=RANK MASTER_ADDR=HOST MASTER_PORT=29500 llamafactory-cli train train.yaml");

    protected override IEnumerable<string> NotExpressed(TrainerData data, TrainerRecipe recipe) =>
    [
        $"Batch size: examples are packed into rows of {recipe.Context} tokens that do not see one another, and a step takes {recipe.BatchSize} rows. With `packing: false` and `neat_packing: false` it takes {recipe.BatchSize} examples.",
        .. data.IsChat ? [] : new[] { "Layout: the template `fewshot` leaves prompts as they stand but puts two line feeds between a completion and the end-of-text token." },
    ];

    static JsonObject Describe(bool isChat, string file) => isChat
        ? new JsonObject
        {
            ["file_name"] = file,
            ["formatting"] = "sharegpt",
            ["columns"] = new JsonObject { ["messages"] = "messages" },
            ["tags"] = new JsonObject
            {
                ["role_tag"] = "role",
                ["content_tag"] = "content",
                ["user_tag"] = "user",
                ["assistant_tag"] = "assistant",
                ["system_tag"] = "system",
            },
        }
        : new JsonObject
        {
            ["file_name"] = file,
            ["columns"] = new JsonObject { ["prompt"] = "instruction", ["query"] = "input", ["response"] = "output" },
        };

    static string Adapter(LoraRecipe? lora) => lora is null
        ? "finetuning_type: full"
        : $"finetuning_type: lora\nlora_rank: {lora.Rank}\nlora_alpha: {Number(lora.Alpha)}\nlora_dropout: 0.0\nlora_target: {string.Join(',', lora.Modules)}";
}
