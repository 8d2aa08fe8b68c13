using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A model on the disk: its weights stay there until they are read.</summary>
public sealed record StoredModel(DecoderConfig Config, Vocabulary Vocabulary, StoredTensors Tensors) : IDisposable
{
    /// <summary>All of it in memory, weights as floats.</summary>
    public ModelFile Load() => new(Config, Vocabulary, Tensors.Load());

    public void Dispose() => Tensors.Dispose();
}
