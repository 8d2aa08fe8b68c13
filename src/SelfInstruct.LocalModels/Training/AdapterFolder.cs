using System.Text.Json;
using System.Text.Json.Nodes;
using SelfInstruct.LocalModels.Formats;

namespace SelfInstruct.LocalModels.Training;

/// <summary>A LoRA adapter in the files and under the names of Hugging Face's PEFT.</summary>
internal static class AdapterFolder
{
    public static void Write(string folder, LoraAdapter adapter, string baseModel)
    {
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(Path.Combine(folder, "adapter_model.safetensors"), [.. Tensors(adapter)], SafetensorsType.F32);
        using var file = File.Create(Path.Combine(folder, "adapter_config.json"));
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        Describe(adapter.Options, baseModel).WriteTo(writer);
    }

    static JsonObject Describe(LoraOptions options, string baseModel) => new()
    {
        ["peft_type"] = "LORA",
        ["task_type"] = "CAUSAL_LM",
        ["base_model_name_or_path"] = baseModel,
        ["r"] = options.Rank,
        ["lora_alpha"] = options.Alpha,
        ["lora_dropout"] = 0.0,
        ["target_modules"] = new JsonArray([.. options.Targets.Select(static target => (JsonNode)Module(target).Split('.')[1])]),
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["init_lora_weights"] = true,
        ["inference_mode"] = true,
        ["modules_to_save"] = null,
    };

    static IEnumerable<NamedTensor> Tensors(LoraAdapter adapter) =>
        adapter.Layers.Index().SelectMany(layer => layer.Item.All.SelectMany(update =>
            update.Parts.Index().SelectMany(part => Tensors(adapter, layer.Index, update, part.Index, part.Item))));

    static IEnumerable<NamedTensor> Tensors(LoraAdapter adapter, int layer, LowRankUpdate update, int index, LowRankPart part)
    {
        var name = $"base_model.model.model.layers.{layer}.{Module(part.Target)}";
        var size = update.Rank * update.Inputs;
        yield return new NamedTensor($"{name}.lora_A.weight", [update.Rank, update.Inputs], adapter.Values.Span.Slice(update.Down + (index * size), size).ToArray());
        yield return new NamedTensor($"{name}.lora_B.weight", [part.Outputs, update.Rank], Up(adapter, update, part));
    }

    /// <summary>[outputs, rank]; rows of query and key in the order of Hugging Face, whose RoPE pairs the halves of a head.</summary>
    static float[] Up(LoraAdapter adapter, LowRankUpdate update, LowRankPart part)
    {
        var result = new float[part.Outputs * update.Rank];
        for (var row = 0; row < part.Outputs; row++)
        {
            var place = part.Target is LoraTarget.Query or LoraTarget.Key ? HuggingFaceTensors.HalvedRow(row, adapter.Config.HeadSize) : row;
            for (var rank = 0; rank < update.Rank; rank++)
            {
                result[(place * update.Rank) + rank] = adapter.Values.Span[part.Up + (rank * part.Outputs) + row];
            }
        }

        return result;
    }

    static string Module(LoraTarget target) => target switch
    {
        LoraTarget.Query => "self_attn.q_proj",
        LoraTarget.Key => "self_attn.k_proj",
        LoraTarget.Value => "self_attn.v_proj",
        LoraTarget.AttentionOutput => "self_attn.o_proj",
        LoraTarget.Gate => "mlp.gate_proj",
        LoraTarget.Up => "mlp.up_proj",
        _ => "mlp.down_proj",
    };
}
