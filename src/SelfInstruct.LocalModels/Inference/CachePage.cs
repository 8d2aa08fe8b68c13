using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>Keys and values of <see cref="Positions"/> neighbouring positions, in every layer.</summary>
sealed unsafe class CachePage
{
    public const int Positions = 32;

    readonly DecoderConfig _config;
    readonly FloatBuffer _floats;

    public CachePage(DecoderConfig config)
    {
        _config = config;
        _floats = new(Floats(config));
    }

    /// <summary>Sequences that read it, and the prefix cache if that holds it; 0 when free.</summary>
    public int Users { get; set; }

    public static long Floats(DecoderConfig config) => 2L * config.Layers * Positions * config.KeyValueWidth;

    /// <summary>[headSize, Positions]: side by side, so that one vector holds a dimension at sixteen positions.</summary>
    public float* Keys(int layer, int head) => _floats.Pointer + (((2L * layer * _config.KeyValueHeads) + head) * Positions * _config.HeadSize);

    /// <summary>[Positions, headSize].</summary>
    public float* Values(int layer, int head) => _floats.Pointer + (((((2L * layer) + 1) * _config.KeyValueHeads) + head) * Positions * _config.HeadSize);

    /// <param name="slot">Position within the page.</param>
    /// <param name="key">[KV · d], rotated.</param>
    /// <param name="value">[KV · d].</param>
    public void Store(int layer, int slot, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var keys = Keys(layer, 0) + slot;
        for (var i = 0; i < key.Length; i++)
        {
            keys[i * Positions] = key[i];
        }

        for (var head = 0; head < _config.KeyValueHeads; head++)
        {
            var size = _config.HeadSize;
            value.Slice(head * size, size).CopyTo(new(Values(layer, head) + (slot * size), size));
        }
    }
}
