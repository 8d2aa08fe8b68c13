using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>What a model file holds: everything needed to run and to train on.</summary>
public sealed record ModelFile(DecoderConfig Config, Vocabulary Vocabulary, DecoderWeights Weights);
