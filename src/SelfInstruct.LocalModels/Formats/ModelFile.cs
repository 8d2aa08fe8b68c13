using System.Collections.Immutable;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Formats;

/// <summary>A byte-level BPE vocabulary, in the alphabet of GPT-2 (each byte a printable character).</summary>
/// <param name="Tokens">Text of each id.</param>
/// <param name="Merges">"left right", best first.</param>
/// <param name="EndOfText">Id of the control token that ends a document; also starts one.</param>
public sealed record Vocabulary(ImmutableArray<string> Tokens, ImmutableArray<string> Merges, int EndOfText);

/// <summary>What a model file holds: everything needed to run and to train on.</summary>
public sealed record ModelFile(DecoderConfig Config, Vocabulary Vocabulary, DecoderWeights Weights);
