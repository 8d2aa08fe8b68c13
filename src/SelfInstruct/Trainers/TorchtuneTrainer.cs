using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace SelfInstruct.Trainers;

/// <summary>torchtune; component names as of its version 0.6. It builds each model by a function of its own, so only those below are known.</summary>
sealed record TorchtuneTrainer() : ExternalTrainer("torchtune", "https://github.com/pytorch/torchtune")
{
    /// <param name="Builder">torchtune.models.FAMILY.NAME; an adapter's is FAMILY.lora_NAME.</param>
    /// <param name="Shards">Safetensors files of the checkpoint.</param>
    sealed record KnownModel(string Name, string Family, string Builder, string ModelType, int Shards);

    static readonly ImmutableArray<KnownModel> Known =
    [
        new("meta-llama/Llama-3.2-1B", "llama3_2", "llama3_2_1b", "LLAMA3_2", 1),
        new("meta-llama/Llama-3.2-3B", "llama3_2", "llama3_2_3b", "LLAMA3_2", 2),
        new("meta-llama/Llama-3.1-8B", "llama3_1", "llama3_1_8b", "LLAMA3", 4),
        new("Qwen/Qwen2.5-0.5B", "qwen2_5", "qwen2_5_0_5b", "QWEN2", 1),
        new("Qwen/Qwen2.5-1.5B", "qwen2_5", "qwen2_5_1_5b_base", "QWEN2", 1),
        new("Qwen/Qwen2.5-3B", "qwen2_5", "qwen2_5_3b", "QWEN2", 2),
        new("Qwen/Qwen2.5-7B", "qwen2_5", "qwen2_5_7b_base", "QWEN2", 4),
    ];

    protected override string ConfigurationName => "torchtune.yaml";

    protected override string Configure(TrainerData data, TrainerRecipe recipe)
    {
        var model = Find(recipe.Model);
        return $"""
            output_dir: ./out
            {Model(model, recipe.Lora)}
            {Tokenizer(model, recipe.Context)}
            checkpointer:
              _component_: torchtune.training.FullModelHFCheckpointer
              checkpoint_dir: ./model
              checkpoint_files: {Files(model.Shards)}
              recipe_checkpoint: null
              output_dir: ./out
              model_type: {model.ModelType}
            resume_from_checkpoint: false
            save_adapter_weights_only: false
            dataset:
              _component_: torchtune.datasets.{(data.IsChat ? "chat_dataset" : "instruct_dataset")}
              source: json
              data_files: data/train.jsonl
              split: train
              {(data.IsChat ? "conversation_column: messages\n  conversation_style: openai" : "column_map:\n    input: prompt\n    output: completion")}
              train_on_input: {Flag(recipe.LearnsPrompts)}
              packed: true
            seed: {recipe.Seed}
            shuffle: true
            batch_size: 1
            gradient_accumulation_steps: {recipe.BatchSize}
            epochs: {recipe.Epochs}
            max_steps_per_epoch: null
            optimizer:
              _component_: torch.optim.AdamW
              fused: true
              lr: {Number(recipe.LearningRate)}
              weight_decay: {Number(recipe.WeightDecay)}
            lr_scheduler:
              _component_: torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup
              num_warmup_steps: {WarmupSteps(data, recipe)}
            optimizer_in_bwd: false
            clip_grad_norm: 1.0
            loss:
              _component_: torchtune.modules.loss.LinearCrossEntropyLoss
            device: cuda
            dtype: bf16
            compile: false
            enable_activation_checkpointing: true
            enable_activation_offloading: false
            metric_logger:
              _component_: torchtune.training.metric_logging.DiskLogger
              log_dir: ./out/logs
            log_every_n_steps: 1
            log_peak_memory_stats: true

            """;
    }

    protected override void WriteData(string folder, TrainerData data) =>
        data.Write(folder, "held_out.jsonl", (row, encoded) => data.IsChat
            ? new JsonObject { ["messages"] = TrainerData.Messages(row.Turns) }
            : new JsonObject { ["prompt"] = encoded.Prompt, ["completion"] = encoded.Completion });

    protected override (string One, string Many, string Nodes) Commands(TrainerRecipe recipe)
    {
        var name = recipe.Lora is null ? "full_finetune" : "lora_finetune";
        var download = $"tune download {recipe.Model} --output-dir ./model --ignore-patterns \"original/consolidated*\"\n";
        return (
            $"{download}tune run {name}_single_device --config torchtune.yaml",
            $"tune run --nproc_per_node 8 {name}_distributed --config torchtune.yaml",
            $"tune run --nnodes 2 --nproc_per_node 8 --rdzv_backend c10d --rdzv_endpoint HOST:29400 {name}_distributed --config torchtune.yaml");
    }

    protected override IEnumerable<string> NotExpressed(TrainerData data, TrainerRecipe recipe) =>
    [
        $"Batch size: examples are packed into rows of {recipe.Context} tokens that do not see one another, and a step takes {recipe.BatchSize} rows. With `packed: false` it takes {recipe.BatchSize} examples.",
        "Layout: the tokenizer puts a prompt and a completion into the turns of its model family; a base layout as it stands cannot be had.",
        $"Warm-up: {WarmupSteps(data, recipe)} steps, counted as if nothing were packed.",
        .. data.HeldOut.IsEmpty ? [] : new[] { "Held out: data/held_out.jsonl is written, but these recipes do not measure on it." },
        .. recipe.Lora is { } lora && Mlp(lora) is > 0 and < 3 ? new[] { "LoRA targets: gate, up and down get an adapter together or not at all; here they do." } : [],
    ];

    static KnownModel Find(string name)
    {
        var model = Known.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(known.Name + "-Instruct", name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"--model {name}: torchtune builds each model by a function of its own; known here: {string.Join(", ", Known.Select(static known => known.Name))}, each also as -Instruct. The other trainers take any name.");
        return name.EndsWith("-Instruct", StringComparison.OrdinalIgnoreCase)
            ? model with { Builder = model.Builder.Replace("_base", "_instruct", StringComparison.Ordinal) }
            : model;
    }

    static string Model(KnownModel model, LoraRecipe? lora)
    {
        if (lora is null)
        {
            return $"model:\n  _component_: torchtune.models.{model.Family}.{model.Builder}";
        }

        var attention = lora.Modules.Where(static module => module is "q_proj" or "k_proj" or "v_proj" or "o_proj").Select(static module => module == "o_proj" ? "output_proj" : module);
        return $"""
            model:
              _component_: torchtune.models.{model.Family}.lora_{model.Builder}
              lora_attn_modules: [{string.Join(", ", attention)}]
              apply_lora_to_mlp: {Flag(Mlp(lora) > 0)}
              lora_rank: {lora.Rank}
              lora_alpha: {Number(lora.Alpha)}
              lora_dropout: 0.0
            """;
    }

    static string Tokenizer(KnownModel model, int context) => model.ModelType == "QWEN2"
        ? $"tokenizer:\n  _component_: torchtune.models.qwen2_5.qwen2_5_tokenizer\n  path: ./model/vocab.json\n  merges_file: ./model/merges.txt\n  max_seq_len: {context}"
        : $"tokenizer:\n  _component_: torchtune.models.llama3.llama3_tokenizer\n  path: ./model/original/tokenizer.model\n  max_seq_len: {context}";

    static string Files(int shards) => shards == 1
        ? "[model.safetensors]"
        : $"[{string.Join(", ", Enumerable.Range(1, shards).Select(shard => $"model-{shard:00000}-of-{shards:00000}.safetensors"))}]";

    static int Mlp(LoraRecipe lora) => lora.Modules.Count(static module => module is "gate_proj" or "up_proj" or "down_proj");

    static int WarmupSteps(TrainerData data, TrainerRecipe recipe) =>
        Math.Max(1, (int)(TrainerRecipe.WarmupShare * recipe.Epochs * data.Train.Length / recipe.BatchSize));
}
