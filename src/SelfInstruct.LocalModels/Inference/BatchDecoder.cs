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
    readonly RowBuffer _residual = new(maxRows, model.Config.Width);
    readonly RowBuffer _normed = new(maxRows, model.Config.Width);
    readonly int _query = model.Config.QueryWidth;
    readonly int _key = model.Config.KeyValueWidth;
    readonly RowBuffer _queryKeyValue = new(maxRows, model.Config.QueryWidth + (2 * model.Config.KeyValueWidth));
    readonly RowBuffer _mixed = new(maxRows, model.Config.QueryWidth);
    readonly RowBuffer _gateUp = new(maxRows, 2 * model.Config.FeedForward);
    readonly RowBuffer _hidden = new(maxRows, model.Config.FeedForward);
    readonly FloatBuffer _scores = new((long)model.Config.Heads * (model.Config.ContextLength + CachePage.Positions));
    readonly RowBuffer _logits = new(maxLogits, model.Config.VocabularySize);
    readonly List<DecoderRow> _wanted = [];

    public int MaxRows => maxRows;

    /// <summary>Logits [V] of the index-th row that wanted them; valid, and the caller's to change, until the next run.</summary>
    public Span<float> Logits(int index) => _logits.Row(index);

    /// <summary>Computes the rows and fills their sequences' caches; the caller advances those.</summary>
    /// <param name="rows">Rows of one sequence in the order of their positions.</param>
    public void Run(ReadOnlySpan<DecoderRow> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Sequence.Reserve(rows[i].Position + 1);
            model.Embedding.CopyRow(rows[i].Token, _residual.Row(i));
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
            var projected = _queryKeyValue.Row(i);
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
                _residual.Row(i).CopyTo(_residual.Row(_wanted.Count));
                _queryKeyValue.Row(i).CopyTo(_queryKeyValue.Row(_wanted.Count));
                _wanted.Add(rows[i]);
            }
        }

        return CollectionsMarshal.AsSpan(_wanted);
    }

    void Attend(int layer, ReadOnlySpan<DecoderRow> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var query = _queryKeyValue.Row(i)[.._query];
            CachedAttention.Attend(
                rows[i].Sequence, layer, rows[i].Position + 1, query, _scores.Span, _mixed.Row(i),
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
            var gateUp = _gateUp.Row(i);
            VectorMath.GatedSilu(gateUp[..size], gateUp[size..], _hidden.Row(i));
        }

        Multiply(layer.Down, _hidden, _residual, rows, accumulate: true);
    }

    void Normalize(ReadOnlySpan<float> gain, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            VectorMath.RmsNorm(_residual.Row(i), gain, model.Config.NormEpsilon, _normed.Row(i));
        }
    }

    static void Multiply(IWeightMatrix weights, RowBuffer input, RowBuffer output, int rows, bool accumulate) =>
        weights.Multiply(input.View(rows), output.View(rows), accumulate);
}
