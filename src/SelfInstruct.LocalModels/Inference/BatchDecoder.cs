using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Kernels;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>A token at its place in a sequence.</summary>
/// <param name="Position">Earlier positions of the sequence are filled, or come earlier among the rows.</param>
[StructLayout(LayoutKind.Auto)]
readonly record struct DecoderRow(SequenceCache Sequence, int Position, int Token, bool WantsLogits);

/// <summary>
/// Runs tokens of many sequences through the model together: whole prompts, single next tokens, or both. A row's result
/// has the same bits whatever other rows there are. For one thread.
/// </summary>
/// <param name="maxRows">Rows of one run at most.</param>
/// <param name="maxLogits">Rows of one run at most that want logits.</param>
sealed class BatchDecoder(PackedDecoder model, int maxRows, int maxLogits)
{
    readonly int _width = model.Config.Width;
    readonly FloatBuffer _residual = new((long)maxRows * model.Config.Width);
    readonly FloatBuffer _normed = new((long)maxRows * model.Config.Width);
    readonly int _query = model.Config.QueryWidth;
    readonly int _key = model.Config.KeyValueWidth;
    readonly FloatBuffer _queryKeyValue = new((long)maxRows * (model.Config.QueryWidth + (2 * model.Config.KeyValueWidth)));
    readonly FloatBuffer _mixed = new((long)maxRows * model.Config.QueryWidth);
    readonly FloatBuffer _gateUp = new(2L * maxRows * model.Config.FeedForward);
    readonly FloatBuffer _hidden = new((long)maxRows * model.Config.FeedForward);
    readonly FloatBuffer _scores = new((long)model.Config.Heads * (model.Config.ContextLength + CachePage.Positions));
    readonly FloatBuffer _logits = new((long)maxLogits * model.Config.VocabularySize);
    readonly List<DecoderRow> _wanted = [];

    public int MaxRows => maxRows;

    /// <summary>Numbers of a row of query, key and value.</summary>
    int Projected => _query + (2 * _key);

    /// <summary>Logits [V] of the index-th row that wanted them; valid, and the caller's to change, until the next run.</summary>
    public Span<float> Logits(int index) => Row(_logits, index, model.Config.VocabularySize);

    /// <summary>Computes the rows and fills their sequences' caches; the caller advances those.</summary>
    /// <param name="rows">Rows of one sequence in the order of their positions.</param>
    public void Run(ReadOnlySpan<DecoderRow> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Sequence.Reserve(rows[i].Position + 1);
            model.Embedding.CopyRow(rows[i].Token, Row(_residual, i, _width));
        }

        for (var layer = 0; layer < model.Layers.Count; layer++)
        {
            Project(layer, rows);
            rows = layer == model.Layers.Count - 1 ? KeepWanted(rows) : rows;
            Attend(layer, rows);
            FeedForward(model.Layers[layer], rows.Length);
        }

        Normalize(model.FinalNorm, rows.Length);
        Multiply(model.Output, _normed, _logits, rows.Length, accumulate: false);
    }

    void Project(int layer, ReadOnlySpan<DecoderRow> rows)
    {
        Normalize(model.Layers[layer].AttentionNorm, rows.Length);
        Multiply(model.Layers[layer].QueryKeyValue, _normed, _queryKeyValue, rows.Length, accumulate: false);
        for (var i = 0; i < rows.Length; i++)
        {
            var projected = Row(_queryKeyValue, i, Projected);
            VectorMath.Add(model.Layers[layer].Bias, projected);
            model.Rotation.Rotate(projected[..(_query + _key)], rows[i].Position);
            rows[i].Sequence.PageOf(rows[i].Position).Store(
                layer, rows[i].Position % CachePage.Positions, projected.Slice(_query, _key), projected[(_query + _key)..]);
        }
    }

    /// <summary>Past the keys and values of the last layer only rows that want logits matter; they move together.</summary>
    ReadOnlySpan<DecoderRow> KeepWanted(ReadOnlySpan<DecoderRow> rows)
    {
        _wanted.Clear();
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].WantsLogits)
            {
                Row(_residual, i, _width).CopyTo(Row(_residual, _wanted.Count, _width));
                Row(_queryKeyValue, i, Projected).CopyTo(Row(_queryKeyValue, _wanted.Count, Projected));
                _wanted.Add(rows[i]);
            }
        }

        return CollectionsMarshal.AsSpan(_wanted);
    }

    void Attend(int layer, ReadOnlySpan<DecoderRow> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var query = Row(_queryKeyValue, i, Projected)[.._query];
            CachedAttention.Attend(
                rows[i].Sequence, layer, rows[i].Position + 1, query, _scores.Span, Row(_mixed, i, _query),
                model.Config.Heads, model.Config.Heads / model.Config.KeyValueHeads);
        }

        Multiply(model.Layers[layer].AttentionOutput, _mixed, _residual, rows.Length, accumulate: true);
    }

    void FeedForward(PackedLayer layer, int rows)
    {
        var size = model.Config.FeedForward;
        Normalize(layer.FeedForwardNorm, rows);
        Multiply(layer.GateUp, _normed, _gateUp, rows, accumulate: false);
        for (var i = 0; i < rows; i++)
        {
            var gateUp = Row(_gateUp, i, 2 * size);
            VectorMath.GatedSilu(gateUp[..size], gateUp[size..], Row(_hidden, i, size));
        }

        Multiply(layer.Down, _hidden, _residual, rows, accumulate: true);
    }

    void Normalize(ReadOnlySpan<float> gain, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            VectorMath.RmsNorm(Row(_residual, i, _width), gain, model.Config.NormEpsilon, Row(_normed, i, _width));
        }
    }

    static void Multiply(IWeightMatrix weights, FloatBuffer input, FloatBuffer output, int rows, bool accumulate) =>
        weights.Multiply(input.Span[..(rows * weights.Inputs)], output.Span[..(rows * weights.Outputs)], rows, accumulate);

    static Span<float> Row(FloatBuffer buffer, int row, int length) => buffer.Span.Slice(row * length, length);
}
