using Microsoft.Playwright;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>One Chromium for all tests of a class; they skip, visibly, where there is none.</summary>
public sealed class ReviewBrowser : IAsyncLifetime
{
    static readonly string[] Known = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Known.FirstOrDefault(File.Exists) is { } path)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox"] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A person's own browser profile, gone to the link.</summary>
    /// <param name="link">With its token.</param>
    public async Task<IPage> OpenAsync(Uri link, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, "needs Chromium (apt install chromium-headless-shell)");
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        await page.GotoAsync(link.AbsoluteUri);
        await page.Locator("article").First.WaitForAsync();
        return page;
    }
}
