using System.Text.Json.Nodes;

namespace SelfInstruct.Trainers;

/// <summary>Axolotl; option names of its configuration reference.</summary>
sealed record AxolotlTrainer() : ExternalTrainer("axolotl", "https://github.com/axolotl-ai-cloud/axolotl")
{
    protected override string ConfigurationName => "axolotl.yaml";

    protected override string Configure(TrainerData data, TrainerRecipe recipe) =>
        $"""
        base_model: {Quote(recipe.Model)}
        datasets:
        {Dataset(data, "data/train.jsonl")}
        {(data.HeldOut.IsEmpty ? "val_set_size: 0.0" : $"test_datasets:\n{Dataset(data, "data/held_out.jsonl")}\nevals_per_epoch: 1")}
        dataset_prepared_path: ./prepared
        output_dir: ./out
        train_on_inputs: {Flag(recipe.LearnsPrompts)}
        sequence_len: {recipe.Context}
        sample_packing: true
        eval_sample_packing: false
        pad_to_sequence_len: true
        flash_attention: true
        num_epochs: {recipe.Epochs}
        micro_batch_size: 1
        gradient_accumulation_steps: {recipe.BatchSize}
        learning_rate: {Number(recipe.LearningRate)}
        lr_scheduler: cosine
        warmup_ratio: {Number(TrainerRecipe.WarmupShare)}
        optimizer: adamw_torch_fused
        weight_decay: {Number(recipe.WeightDecay)}
        max_grad_norm: 1.0
        bf16: auto
        gradient_checkpointing: true
        seed: {recipe.Seed}
        logging_steps: 1
        saves_per_epoch: 1
        {Adapter(recipe.Lora)}

        """;

    protected override void WriteData(string folder, TrainerData data) =>
        data.Write(folder, "held_out.jsonl", (row, encoded) => data.IsChat
            ? new JsonObject { ["messages"] = TrainerData.Messages(row.Turns) }
            : new JsonObject { ["prompt"] = encoded.Prompt, ["completion"] = encoded.Completion });

    protected override (string One, string Many, string Nodes) Commands(TrainerRecipe recipe) => (
        "CUDA_VISIBLE_DEVICES=0 axolotl train axolotl.yaml",
        "axolotl train axolotl.yaml",
        "axolotl train axolotl.yaml --launcher torchrun -- --nnodes 2 --nproc_per_node 8 --rdzv_backend c10d --rdzv_endpoint HOST:29400");

    protected override IEnumerable<string> NotExpressed(TrainerData data, TrainerRecipe recipe) =>
    [
        $"Batch size: examples are packed into rows of {recipe.Context} tokens that do not see one another, and a step takes {recipe.BatchSize} rows. With `sample_packing: false` it takes {recipe.BatchSize} examples.",
    ];

    static string Dataset(TrainerData data, string path) => data.IsChat
        ? $"""
          - path: {path}
            ds_type: json
            split: train
            type: chat_template
            field_messages: messages
            message_property_mappings:
              role: role
              content: content
            roles_to_train: [assistant]
            train_on_eos: turn
          """
        : $$"""
          - path: {{path}}
            ds_type: json
            split: train
            type:
              field_instruction: prompt
              field_output: completion
              format: "{instruction}"
              no_input_format: "{instruction}"
          """;

    static string Adapter(LoraRecipe? lora) => lora is null
        ? "adapter:"
        : $"adapter: lora\nlora_r: {lora.Rank}\nlora_alpha: {Number(lora.Alpha)}\nlora_dropout: 0.0\nlora_target_modules:\n{string.Join('\n', lora.Modules.Select(static module => "- " + module))}";
}
