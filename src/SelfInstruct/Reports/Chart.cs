namespace SelfInstruct.Reports;

/// <summary>Something to draw. The same data give the same SVG.</summary>
/// <param name="Title">Stands above it.</param>
/// <param name="Description">What there is to see, for those who do not see it.</param>
public abstract record Chart(string Title, string Description)
{
    /// <summary>Pixels, of every chart.</summary>
    internal const double Width = 720;

    /// <summary>An svg element to stand in a page that has <see cref="ChartStyle.Css"/>; <see cref="ChartStyle.ToFile"/> makes a file.</summary>
    public abstract string ToSvg();

    /// <summary>What a name takes at most; no font can be asked here.</summary>
    internal static double TextWidth(string text) => text.Sum(static c => c >= '\u2E80' ? 13.5 : char.IsUpper(c) || c is 'm' or 'w' or '@' ? 9.3 : c is 'i' or 'l' or 'j' or '.' or ',' or ' ' or 't' or 'f' or 'r' ? 5 : 7.3);
}
