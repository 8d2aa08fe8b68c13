using System.Collections.Immutable;

namespace SelfInstruct.LocalModels.Formats;

/// <param name="Shape">Outermost first; row-major.</param>
public sealed record NamedTensor(string Name, ImmutableArray<int> Shape, float[] Values);
