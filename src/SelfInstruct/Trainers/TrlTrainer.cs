using System.Text.Json.Nodes;

namespace SelfInstruct.Trainers;

/// <summary>Hugging Face's TRL; option names of SFTConfig, ModelConfig and ScriptArguments as of its version 1.</summary>
sealed record TrlTrainer() : ExternalTrainer("trl", "https://github.com/huggingface/trl (with peft and flash-attn)")
{
    protected override string ConfigurationName => "sft.yaml";

    protected override string Configure(TrainerData data, TrainerRecipe recipe) =>
        $"""
        model_name_or_path: {Quote(recipe.Model)}
        dtype: bfloat16
        attn_implementation: flash_attention_2
        dataset_name: ./data
        dataset_train_split: train
        {(data.HeldOut.IsEmpty ? "eval_strategy: \"no\"" : "dataset_test_split: test\neval_strategy: epoch")}
        completion_only_loss: {Flag(!recipe.LearnsPrompts)}
        max_length: {recipe.Context}
        packing: true
        packing_strategy: bfd
        eval_packing: false
        num_train_epochs: {recipe.Epochs}
        per_device_train_batch_size: 1
        gradient_accumulation_steps: {recipe.BatchSize}
        learning_rate: {Number(recipe.LearningRate)}
        lr_scheduler_type: cosine
        warmup_ratio: {Number(TrainerRecipe.WarmupShare)}
        weight_decay: {Number(recipe.WeightDecay)}
        max_grad_norm: 1.0
        bf16: true
        gradient_checkpointing: true
        seed: {recipe.Seed}
        logging_steps: 1
        save_strategy: epoch
        output_dir: ./out
        {Adapter(recipe.Lora)}

        """;

    protected override void WriteData(string folder, TrainerData data) =>
        data.Write(folder, "test.jsonl", (row, encoded) => data.IsChat
            ? new JsonObject { ["prompt"] = TrainerData.Messages(row.Turns[..^1]), ["completion"] = TrainerData.Messages(row.Turns[^1..]) }
            : new JsonObject { ["prompt"] = encoded.Prompt, ["completion"] = encoded.Completion });

    protected override (string One, string Many, string Nodes) Commands(TrainerRecipe recipe) => (
        "trl sft --config sft.yaml",
        "trl sft --config sft.yaml --num_processes 8",
        "trl sft --config sft.yaml --num_machines 2 --machine_rank RANK --main_process_ip HOST --main_process_port 29500 --num_processes 16");

    protected override IEnumerable<string> NotExpressed(TrainerData data, TrainerRecipe recipe) =>
    [
        $"Batch size: examples are packed into rows of {recipe.Context} tokens that do not see one another (this needs FlashAttention), and a step takes {recipe.BatchSize} rows. With `packing: false` it takes {recipe.BatchSize} examples.",
        .. data.ManyAnswers > 0 ? new[] { $"{data.ManyAnswers} conversations have several answers; the loss counts the last one only." } : [],
    ];

    static string Adapter(LoraRecipe? lora) => lora is null
        ? "use_peft: false"
        : $"use_peft: true\nlora_r: {lora.Rank}\nlora_alpha: {Number(lora.Alpha)}\nlora_dropout: 0.0\nlora_target_modules:\n{string.Join('\n', lora.Modules.Select(static module => "- " + module))}";
}
