namespace SelfInstruct.Tests;

/// <summary>Finds the checkout that the tests were built from, and the conformance data beside it if there is any.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Real data and outputs of the original program; not part of the project.</summary>
    public static string Conformance { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared", "conformance"));

    public static string In(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Skips the test, visibly, where the data is not there.</summary>
    public static string ConformanceFile(params string[] parts)
    {
        var path = Path.Combine([Conformance, .. parts]);
        Assert.SkipUnless(File.Exists(path), $"needs conformance data: {string.Join('/', parts)}");
        return path;
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SelfInstruct.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the checkout.");
    }
}
