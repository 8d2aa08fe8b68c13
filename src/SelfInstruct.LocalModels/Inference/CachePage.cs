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

    public static long Floats(DecoderConfig config) => 2L * config.Layers * Positions * config.Width;

    /// <summary>[D, Positions]: side by side, so that one vector holds a dimension at sixteen positions.</summary>
    public float* Keys(int layer) => _floats.Pointer + (2L * layer * Positions * _config.Width);

    /// <summary>[Positions, D].</summary>
    public float* Values(int layer) => Keys(layer) + ((long)Positions * _config.Width);

    /// <param name="slot">Position within the page.</param>
    /// <param name="key">[D], rotated.</param>
    /// <param name="value">[D].</param>
    public void Store(int layer, int slot, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var keys = Keys(layer) + slot;
        for (var i = 0; i < key.Length; i++)
        {
            keys[i * Positions] = key[i];
        }

        value.CopyTo(new(Values(layer) + (slot * _config.Width), _config.Width));
    }
}
