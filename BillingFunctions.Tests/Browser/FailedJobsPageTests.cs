using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Browser;

[Collection(nameof(DashboardTests))]
public sealed class FailedJobsPageTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetryAll_OfASearch_IsPreviewedAndThenShowsItsProgress()
    {
        const string queue = "browser-page";
        await AddAsync(queue, "evt_first", "No luck with <b>this</b>");
        await AddAsync(queue, "evt_second", "Timeout");
        await using var tab = await fixture.OpenAsync("/dashboard/failed_jobs");

        await tab.Page.GetByLabel("Queue").FillAsync(queue);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(tab.Page.GetByText("No luck with <b>this</b>")).ToBeVisibleAsync();
        await tab.Page.GetByText("No luck with <b>this</b>").ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "evt_first" }).GetByText("given up after 5 attempts")).ToBeVisibleAsync();
        await tab.CheckAccessibilityAsync();
        await tab.Page.GetByText("Retry all that match").ClickAsync();
        await Expect(tab.Page.GetByText("2 failed jobs match.")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Retry 2 jobs" }).ClickAsync();

        await Expect(tab.Page.GetByText("2 of 2 done, 0 skipped")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(tab.Page.GetByText("There are no failed jobs that match.")).ToBeVisibleAsync();
        Assert.Contains($"queue={queue}", tab.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_One_TakesItOffTheList()
    {
        await AddAsync("browser-delete", "evt_deleted", "No luck");
        await using var tab = await fixture.OpenAsync("/dashboard/failed_jobs?queue=browser-delete");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(tab.Page.GetByText("evt_deleted")).ToHaveCountAsync(0);
        Assert.Empty(await fixture.FailedJobs.ListAsync("browser-delete", null, 1, Token));
    }

    [Fact]
    public async Task Open_WrongKey_AsksAgainAndShowsNothing()
    {
        await using var tab = await fixture.OpenAsync("/dashboard/failed_jobs");
        await tab.Page.GetByText("Forget the function key").ClickAsync();
        await tab.Page.Locator("#key-dialog[open] input").FillAsync("wrong");
        await tab.Page.Locator("#key-dialog button").ClickAsync();

        await Expect(tab.Page.Locator("#key-dialog[open]")).ToBeVisibleAsync();
        await Expect(tab.Page.Locator("main table")).ToHaveCountAsync(0);
    }

    private async Task AddAsync(string queue, string jobId, string error)
    {
        await fixture.Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: Token);
        await fixture.FailedJobs.AddAsync(queue, jobId, "message", error, attempts: 5, Token);
    }
}
