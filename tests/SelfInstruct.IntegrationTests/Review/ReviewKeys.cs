using System.Text.Json;
using Microsoft.Playwright;

namespace SelfInstruct.IntegrationTests.Review;

/// <summary>What tests do with a page all the time.</summary>
static class ReviewKeys
{
    extension(IPage page)
    {
        public async Task TypeKeysAsync(params string[] keys)
        {
            foreach (var key in keys)
            {
                await page.Keyboard.PressAsync(key);
            }
        }

        /// <summary>The header says that nothing is on its way.</summary>
        public async Task WaitUntilSavedAsync()
        {
            await page.Locator("article").First.WaitForAsync();
            await page.WaitForFunctionAsync("() => document.getElementById('saving').dataset.unsaved === '0'", null, new PageWaitForFunctionOptions { Timeout = 60_000 });
        }
    }

    public static string TextOf(this JsonElement line, string field) => line.GetProperty(field).GetString()!;
}
