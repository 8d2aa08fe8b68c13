using System.Collections.Immutable;
using SelfInstruct.LocalModels.Decoder;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Training;

/// <summary>Every A and B of a model as one vector, so that the optimiser need not know the model.</summary>
/// <remarks>B lies transposed, [rank, outputs]: then every product of the passes reads it row by row.</remarks>
internal sealed class LoraAdapter
{
    readonly List<ParameterRange> ranges = [];

    /// <summary>A is drawn uniformly from ±1/√inputs, as PEFT does; B is zero, so that training begins at the base model.</summary>
    public LoraAdapter(DecoderConfig config, LoraOptions options, ulong seed)
    {
        (Config, Options) = (config, options.Validated());
        var (width, hidden, query, key) = (config.Width, config.FeedForward, config.QueryWidth, config.KeyValueWidth);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerUpdates(
            Attention: Group(width, (LoraTarget.Query, 0, query), (LoraTarget.Key, query, key), (LoraTarget.Value, query + key, key)),
            AttentionOutput: Group(query, (LoraTarget.AttentionOutput, 0, width)),
            GateUp: Group(width, (LoraTarget.Gate, 0, hidden), (LoraTarget.Up, hidden, hidden)),
            Down: Group(hidden, (LoraTarget.Down, 0, width))))];
        Values = new FloatBuffer(Count);
        Initialize(new Random(unchecked((int)seed)));
    }

    public DecoderConfig Config { get; }

    public LoraOptions Options { get; }

    public int Count { get; private set; }

    public LayerUpdates[] Layers { get; }

    public FloatBuffer Values { get; }

    public IReadOnlyList<ParameterRange> Ranges => ranges;

    /// <summary>Numbers of an adapter.</summary>
    public static long CountOf(DecoderConfig config, LoraOptions options) => config.Layers * (long)options.Rank * options.Targets.Sum(target => target switch
    {
        LoraTarget.Query or LoraTarget.AttentionOutput => config.Width + config.QueryWidth,
        LoraTarget.Key or LoraTarget.Value => config.Width + config.KeyValueWidth,
        _ => config.Width + config.FeedForward,
    });

    LowRankUpdate? Group(int inputs, params ReadOnlySpan<(LoraTarget Target, int First, int Outputs)> members)
    {
        var parts = ImmutableArray.CreateBuilder<LowRankPart>();
        foreach (var (target, first, outputs) in members)
        {
            if (Options.Targets.Contains(target))
            {
                parts.Add(new LowRankPart(target, first, outputs, Take(Options.Rank * outputs)));
            }
        }

        return parts.Count == 0 ? null : new LowRankUpdate(inputs, Options.Rank, Take(parts.Count * Options.Rank * inputs), parts.ToImmutable());
    }

    void Initialize(Random random)
    {
        foreach (var update in Layers.SelectMany(static layer => layer.All))
        {
            var bound = 1 / Math.Sqrt(update.Inputs);
            foreach (ref var value in Values.Span.Slice(update.Down, update.Parts.Length * update.Rank * update.Inputs))
            {
                value = (float)(bound * ((2 * random.NextDouble()) - 1));
            }
        }
    }

    int Take(int length)
    {
        var start = Count;
        ranges.Add(new ParameterRange(start, length, Decays: true));
        Count += length;
        return start;
    }
}

/// <summary>What LoRA adds in one block; null where no target lies.</summary>
internal sealed record LayerUpdates(LowRankUpdate? Attention, LowRankUpdate? AttentionOutput, LowRankUpdate? GateUp, LowRankUpdate? Down)
{
    public IEnumerable<LowRankUpdate> All => ((LowRankUpdate?[])[Attention, AttentionOutput, GateUp, Down]).OfType<LowRankUpdate>();
}

/// <summary>Matrices over the same input.</summary>
/// <param name="Down">Where the A of all parts lie, one under the other: [parts · rank, inputs].</param>
internal sealed record LowRankUpdate(int Inputs, int Rank, int Down, ImmutableArray<LowRankPart> Parts);

/// <param name="FirstOutput">Row of the group's matrix where this one starts.</param>
/// <param name="Up">Where Bᵀ lies: [rank, outputs].</param>
internal sealed record LowRankPart(LoraTarget Target, int FirstOutput, int Outputs, int Up);
