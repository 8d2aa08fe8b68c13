using System.Runtime.InteropServices;
using SelfInstruct.LocalModels.Decoder;

namespace SelfInstruct.LocalModels.Inference;

/// <summary>How many cache pages one thread may have: for sequences in its batch, and for prompts seen before.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct CacheMemory(int SequencePages, int PrefixPages)
{
    const long PrefixBytes = 128L << 20;

    /// <summary>A quarter at most is for prompts seen before.</summary>
    /// <param name="bytes">For all threads.</param>
    public static CacheMemory Share(DecoderConfig config, long bytes, int threads)
    {
        var page = sizeof(float) * CachePage.Floats(config);
        var prefix = (int)Math.Min(PrefixBytes / threads / page, bytes / 4 / threads / page);
        return new((int)Math.Min(int.MaxValue / 2, (bytes / threads / page) - prefix), prefix);
    }

    /// <summary>Positions that one sequence can have.</summary>
    public int Positions => (int)Math.Min(int.MaxValue, (long)SequencePages * CachePage.Positions);
}
