using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>What GGUF and Hugging Face call the tensors of a decoder.</summary>
internal static class TensorNames
{
    public static string Gguf(DecoderTensor tensor) => tensor.Part switch
    {
        DecoderPart.Embedding => "token_embd.weight",
        DecoderPart.FinalNorm => "output_norm.weight",
        DecoderPart.Output => "output.weight",
        _ => $"blk.{tensor.Layer}.{GgufOfLayer(tensor.Part)}",
    };

    public static string HuggingFace(DecoderTensor tensor) => tensor.Part switch
    {
        DecoderPart.Embedding => "model.embed_tokens.weight",
        DecoderPart.FinalNorm => "model.norm.weight",
        DecoderPart.Output => "lm_head.weight",
        _ => $"model.layers.{tensor.Layer}.{HuggingFaceOfLayer(tensor.Part)}",
    };

    /// <summary>Innermost first.</summary>
    public static long[] GgufDimensions(DecoderTensor tensor) => tensor.IsVector ? [tensor.Columns] : [tensor.Columns, tensor.Rows];

    /// <summary>Outermost first.</summary>
    public static int[] HuggingFaceShape(DecoderTensor tensor) => tensor.IsVector ? [tensor.Columns] : [tensor.Rows, tensor.Columns];

    static string GgufOfLayer(DecoderPart part) => part switch
    {
        DecoderPart.AttentionNorm => "attn_norm.weight",
        DecoderPart.Query => "attn_q.weight",
        DecoderPart.Key => "attn_k.weight",
        DecoderPart.Value => "attn_v.weight",
        DecoderPart.QueryBias => "attn_q.bias",
        DecoderPart.KeyBias => "attn_k.bias",
        DecoderPart.ValueBias => "attn_v.bias",
        DecoderPart.AttentionOutput => "attn_output.weight",
        DecoderPart.FeedForwardNorm => "ffn_norm.weight",
        DecoderPart.Gate => "ffn_gate.weight",
        DecoderPart.Up => "ffn_up.weight",
        DecoderPart.Down => "ffn_down.weight",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Not a part of a layer."),
    };

    static string HuggingFaceOfLayer(DecoderPart part) => part switch
    {
        DecoderPart.AttentionNorm => "input_layernorm.weight",
        DecoderPart.Query => "self_attn.q_proj.weight",
        DecoderPart.Key => "self_attn.k_proj.weight",
        DecoderPart.Value => "self_attn.v_proj.weight",
        DecoderPart.QueryBias => "self_attn.q_proj.bias",
        DecoderPart.KeyBias => "self_attn.k_proj.bias",
        DecoderPart.ValueBias => "self_attn.v_proj.bias",
        DecoderPart.AttentionOutput => "self_attn.o_proj.weight",
        DecoderPart.FeedForwardNorm => "post_attention_layernorm.weight",
        DecoderPart.Gate => "mlp.gate_proj.weight",
        DecoderPart.Up => "mlp.up_proj.weight",
        DecoderPart.Down => "mlp.down_proj.weight",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "Not a part of a layer."),
    };
}
