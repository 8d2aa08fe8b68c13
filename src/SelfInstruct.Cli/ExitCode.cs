namespace SelfInstruct.Cli;

/// <summary>What the shell is told.</summary>
static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;

    /// <summary>By Ctrl-C or a spent budget, with everything saved.</summary>
    public const int Stopped = 3;
}
