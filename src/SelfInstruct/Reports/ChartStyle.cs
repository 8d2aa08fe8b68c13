namespace SelfInstruct.Reports;

/// <summary>
/// Colours and letters of charts, for light and dark. Series follow Okabe and Ito's palette for colour-blind readers
/// (jfly.uni-koeln.de/color), darker on white and lighter on black; grades go from blue (good) to orange (bad).
/// </summary>
public static class ChartStyle
{
    /// <summary>Distinct series colours; further series begin again.</summary>
    public const int SeriesColours = 7;

    /// <summary>Grades that have a colour.</summary>
    public const int GradeColours = 4;

    const string Light =
        "--ink:#1d2127;--faint:#5b6470;--rule:#d8dce1;--paper:#fff;--s0:#0072b2;--s1:#d55e00;--s2:#00805d;--s3:#b0508b;--s4:#8a6d00;--s5:#3a8fc4;--s6:#6b5b95;"
        + "--g0:#0b5fa5;--g1:#8fc3ea;--g2:#f7c27a;--g3:#b34a00";

    const string Dark =
        "--ink:#e6e8eb;--faint:#a3abb5;--rule:#3a4049;--paper:#15181c;--s0:#56b4e9;--s1:#f08a3c;--s2:#35c79b;--s3:#e08fc0;--s4:#e9c94a;--s5:#8fc7ee;--s6:#b3a3dc;"
        + "--g0:#2f86d1;--g1:#a8d2f2;--g2:#f7c27a;--g3:#c75a10";

    /// <summary>Of a page that shows charts; charts standing alone carry it themselves.</summary>
    public static string Css { get; } =
        $$"""
        :root{color-scheme:light dark;{{Light}} }
        @media (prefers-color-scheme:dark){
        :root{ {{Dark}} }
        }
        @media print{
        :root{color-scheme:light;{{Light}} }
        }
        .chart{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        .chart text{fill:var(--ink)}
        .chart .faint{fill:var(--faint)}
        .chart .head{font-size:15px;font-weight:600}
        .chart .small{font-size:11px}
        .chart .on-part{fill:var(--paper)}
        .chart .number{font-variant-numeric:tabular-nums}
        .chart .rule{stroke:var(--rule);stroke-width:1}
        .chart .base{stroke:var(--faint);stroke-width:1}
        .chart .error{stroke:var(--ink);stroke-width:1.5;fill:none}
        .chart .halo{stroke:var(--paper);stroke-width:6;stroke-opacity:.5}
        .chart .ground{fill:var(--paper)}
        .chart .edge{stroke:var(--paper);stroke-width:1}
        .chart .light{fill-opacity:.62}
        .chart .curve{fill:none;stroke-width:2;stroke-linejoin:round}
        {{string.Concat(Enumerable.Range(0, SeriesColours).Select(static i => $".chart .s{i}{{fill:var(--s{i})}}.chart .l{i}{{stroke:var(--s{i})}}\n"))}}{{string.Concat(Enumerable.Range(0, GradeColours).Select(static i => $".chart .g{i}{{fill:var(--g{i})}}\n"))}}.chart .on-g0,.chart .on-g3{fill:#fff}
        .chart .on-g1,.chart .on-g2{fill:#1d2127}
        """;

    /// <summary>A file of its own: with its colours, on a ground of its own.</summary>
    public static string ToFile(Chart chart)
    {
        var svg = chart.ToSvg();
        var body = svg.IndexOf("<title>", StringComparison.Ordinal);
        return $"{svg[..body]}<style>{Css}</style>\n<rect width=\"100%\" height=\"100%\" class=\"ground\"/>\n{svg[body..]}\n";
    }
}
