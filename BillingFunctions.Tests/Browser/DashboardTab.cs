using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace BillingFunctions.Tests.Browser;

/// <summary>A tab with the dashboard. What the browser refuses because of the page's policy, and what breaks in its script, fails the test when the tab is closed.</summary>
internal sealed class DashboardTab : IAsyncDisposable
{
    private static readonly string[] Refusals = ["Failed to load resource", "Response Status Error Code 4", "Response Status Error Code 503"];

    private readonly IBrowserContext _context;
    private readonly List<string> _wrong = [];

    private DashboardTab(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    /// <summary>The window of a phone.</summary>
    public static ViewportSize Phone => new() { Width = 390, Height = 844 };

    public IPage Page { get; }

    /// <param name="chromium">The browser.</param>
    /// <param name="app">Where the app listens.</param>
    /// <param name="size">Of the window; that of a desk when null.</param>
    /// <remarks>Whatever a page wants to have confirmed is confirmed.</remarks>
    public static async Task<DashboardTab> OpenAsync(Chromium chromium, Uri app, ViewportSize? size)
    {
        var context = await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = app.ToString(),
            ViewportSize = size ?? new ViewportSize { Width = 1280, Height = 900 },

            // Colours that are on their way from one theme to the other have neither's contrast.
            ReducedMotion = ReducedMotion.Reduce,
        });
        var tab = new DashboardTab(context, await context.NewPageAsync());
        tab.Page.SetDefaultTimeout(30_000);
        tab.Page.Console += (_, message) =>
        {
            // The browser and htmx report each request that is refused: those without a key are how a page begins, and what else a test provokes it looks for itself.
            if (message.Type == "error" && !Refusals.Any(message.Text.StartsWith))
            {
                tab._wrong.Add(message.Text);
            }
        };
        tab.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        tab.Page.PageError += (_, error) => tab._wrong.Add(error);
        return tab;
    }

    /// <summary>Opens a page, and types in the key if the page asks for it.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="key">The function key.</param>
    public async Task GoToAsync(string path, string key)
    {
        await Page.GotoAsync(path);
        if (await Page.EvaluateAsync<string?>("sessionStorage.getItem('billing-function-key')") is null)
        {
            await Page.Locator("#key-dialog[open] input").FillAsync(key);
            await Page.Locator("#key-dialog button").ClickAsync();
        }

        await LoadedAsync();
    }

    /// <summary>Waits until no part of the page is loading.</summary>
    public Task LoadedAsync() => Assertions.Expect(Page.Locator("main [aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = 30_000 });

    /// <summary>Makes the tab as small as a phone's, and looks whether the page fits: only a table may be scrolled to the side.</summary>
    public async Task CheckFitsPhoneAsync()
    {
        await Page.SetViewportSizeAsync(Phone.Width, Phone.Height);
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page is wider than a phone.");
    }

    /// <summary>Has axe look in both themes for what people with disabilities would stumble over.</summary>
    public async Task CheckAccessibilityAsync()
    {
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = theme });
            await CheckThemeAsync();
        }
    }

    private async Task CheckThemeAsync()
    {
        var result = await Page.RunAxe();
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Help}: {node.Html} {string.Join("; ", node.Any.Select(check => check.Message))}")).ToList();
        Assert.True(serious.Count == 0, string.Join('\n', serious));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.True(_wrong.Count == 0, string.Join('\n', _wrong));
    }
}
