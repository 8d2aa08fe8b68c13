using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SelfInstruct.IntegrationTests;

/// <summary>A page as a browser saw it.</summary>
/// <param name="Requests">Addresses of the network that it asked for.</param>
/// <param name="Console">What its console said.</param>
/// <param name="Screenshot">PNG.</param>
sealed partial record BrowserPage(IReadOnlyList<string> Requests, IReadOnlyList<string> Console, byte[] Screenshot)
{
    static readonly string[] Known = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Skips the test, visibly, where there is no Chromium.</summary>
    /// <param name="file">To open.</param>
    /// <param name="width">Of the window, pixels.</param>
    /// <param name="dark">The reader prefers dark pages.</param>
    public static async Task<BrowserPage> OpenAsync(string file, int width = 1000, bool dark = false)
    {
        var browser = Known.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "needs Chromium (apt install chromium-headless-shell)");
        var folder = Directory.CreateTempSubdirectory("selfinstruct-browser-");
        try
        {
            var (picture, network) = (Path.Combine(folder.FullName, "page.png"), Path.Combine(folder.FullName, "network.json"));
            using var process = Process.Start(new ProcessStartInfo(browser!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr",
                $"--user-data-dir={folder.FullName}", $"--window-size={width},1200", $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}",
                $"--screenshot={picture}", $"--log-net-log={network}", new Uri(Path.GetFullPath(file)).AbsoluteUri,
            ])
            { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = await process.StandardError.ReadToEndAsync();
            _ = await output;
            await process.WaitForExitAsync();
            Assert.True(File.Exists(picture), errors);
            return new BrowserPage(
                [.. Address().Matches(await File.ReadAllTextAsync(network)).Select(static match => match.Groups["address"].Value).Distinct()],
                [.. errors.Split('\n').Where(static line => line.Contains(":CONSOLE", StringComparison.Ordinal))],
                await File.ReadAllBytesAsync(picture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("\"url\":\"(?<address>https?://[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
