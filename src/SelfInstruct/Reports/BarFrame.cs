using System.Collections.Immutable;

namespace SelfInstruct.Reports;

/// <summary>Rows of lying bars: names at the left, an axis below.</summary>
sealed class BarFrame
{
    const double AxisHeight = 46;

    readonly SvgCanvas _canvas;
    readonly double _top;
    readonly double _left;
    readonly double _right;
    readonly double _rowHeight;
    readonly int _rows;

    /// <param name="canvas">To draw on.</param>
    /// <param name="top">Where the first row begins.</param>
    /// <param name="names">Of the rows.</param>
    /// <param name="longest">Letters of a name that are shown.</param>
    /// <param name="right">Room beyond the axis.</param>
    /// <param name="rowHeight">Of each.</param>
    public BarFrame(SvgCanvas canvas, double top, ImmutableArray<string> names, int longest, double right, double rowHeight)
    {
        (_canvas, _top, _right, _rowHeight, _rows) = (canvas, top, right, rowHeight, names.Length);
        ImmutableArray<string> shown = [.. names.Select(name => MarkupText.Shorten(name, longest))];
        _left = 24 + shown.Select(Chart.TextWidth).DefaultIfEmpty(0).Max();
        for (var i = 0; i < shown.Length; i++)
        {
            canvas.Text(_left - 10, RowTop(i) + (rowHeight / 2) + 4, shown[i], "name", Anchor.End, tip: shown[i] == names[i] ? null : names[i]);
        }
    }

    public double Height => Bottom + AxisHeight;

    double Bottom => _top + (_rows * _rowHeight);

    public double RowTop(int row) => _top + (row * _rowHeight);

    public double X(Axis axis, double value) => _left + (axis.Place(value) * (Chart.Width - _left - _right));

    public void DrawAxis(Axis axis, string unit)
    {
        foreach (var tick in axis.Ticks)
        {
            var x = X(axis, tick);
            _canvas.Line(x, _top, x, Bottom, tick == 0 ? "base" : "rule");
            _canvas.Text(x, Bottom + 17, axis.Label(tick), "faint number", Anchor.Middle);
        }

        _canvas.Text((X(axis, axis.Low) + X(axis, axis.High)) / 2, Bottom + 37, unit, "faint", Anchor.Middle);
    }
}
