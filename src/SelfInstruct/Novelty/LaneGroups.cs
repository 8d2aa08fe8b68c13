namespace SelfInstruct.Novelty;

/// <summary>The groups for one width of registers, by the bits of a lane; made when first needed, used again.</summary>
sealed class LaneGroups(int vectorBits)
{
    /// <summary>Candidates of more words are compared one by one.</summary>
    public const int MostWords = 512;

    /// <summary>A register with fewer lanes in use costs more than plain integers for each.</summary>
    const int FewestLanes = 3;

    readonly LaneGroup?[] _groups = new LaneGroup?[4];
    LaneGroup? _alone;

    /// <summary>
    /// Cuts candidates, shortest first, into groups: each takes those that fit the narrowest lanes, unless that would
    /// leave most lanes empty while the next ones fit wider lanes.
    /// </summary>
    public int NextGroup(ReadOnlySpan<RecordDraft> drafts, out LaneGroup group)
    {
        var laneBits = 8;
        while (drafts[0].Length > laneBits && laneBits < 64)
        {
            laneBits *= 2;
        }

        for (; laneBits < 64 && Fitting(drafts, laneBits) * 8 < Lanes(laneBits) * 3 && drafts.Length > Fitting(drafts, laneBits); laneBits *= 2)
        {
        }

        var taken = Math.Min(Fitting(drafts, laneBits), Lanes(laneBits));
        group = taken < FewestLanes ? _alone ??= new LaneGroup<Lanes64>() : _groups[Size(laneBits)] ??= Create(laneBits);
        return Math.Min(taken, group.Lanes);
    }

    int Lanes(int laneBits) => Math.Max(vectorBits / laneBits, 1);

    static int Size(int laneBits) => laneBits switch { 8 => 0, 16 => 1, 32 => 2, _ => 3 };

    static int Fitting(ReadOnlySpan<RecordDraft> drafts, int laneBits)
    {
        // Wide lanes also take candidates that need several registers, as long as those behind do not need many more.
        var most = laneBits < 64 ? laneBits : drafts[0].Length <= 64 ? 64 : Math.Min(MostWords, drafts[0].Length * 3 / 2);
        var fitting = 0;
        while (fitting < drafts.Length && drafts[fitting].Length <= most)
        {
            fitting++;
        }

        return fitting;
    }

    LaneGroup Create(int laneBits) => (vectorBits, laneBits) switch
    {
        (512, 8) => new LaneGroup<Lanes512<sbyte>>(),
        (512, 16) => new LaneGroup<Lanes512<short>>(),
        (512, 32) => new LaneGroup<Lanes512<int>>(),
        (512, _) => new LaneGroup<Lanes512<long>>(),
        (256, 8) => new LaneGroup<Lanes256<sbyte>>(),
        (256, 16) => new LaneGroup<Lanes256<short>>(),
        (256, 32) => new LaneGroup<Lanes256<int>>(),
        (256, _) => new LaneGroup<Lanes256<long>>(),
        (128, 8) => new LaneGroup<Lanes128<sbyte>>(),
        (128, 16) => new LaneGroup<Lanes128<short>>(),
        (128, 32) => new LaneGroup<Lanes128<int>>(),
        (128, _) => new LaneGroup<Lanes128<long>>(),
        _ => new LaneGroup<Lanes64>(),
    };
}
