using System.Diagnostics;
using SelfInstruct.Tests;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>The page's JavaScript is plain, and still has types: TypeScript reads them from its comments.</summary>
public sealed class PageTypesTests
{
    [Fact(Timeout = 120_000)]
    public async Task TypeScript_finds_nothing_to_say()
    {
        var compiler = Repository.In("tests", "review-page", "node_modules", "typescript", "bin", "tsc");
        Assert.SkipUnless(File.Exists(compiler), "TypeScript is not installed: npm ci --prefix tests/review-page.");
        using var process = Process.Start(new ProcessStartInfo("node", [compiler, "-p", Repository.In("tests", "review-page")]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
