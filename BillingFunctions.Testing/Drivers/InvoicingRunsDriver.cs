using System.Text.Json;
using BillingFunctions.Invoicing.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays runs of a month with the real orchestration and activities, which a test can hold up.</summary>
internal sealed class InvoicingRunsDriver : IAsyncDisposable
{
    private readonly ServiceProvider _http = new ServiceCollection().AddLogging().BuildServiceProvider();
    private DurableTaskTestHost _engine = null!;

    private InvoicingRunsDriver(InvoicingJobsDriver jobs) => Jobs = jobs;

    public InvoicingJobsDriver Jobs { get; }

    /// <summary>Awaited before each page of customers is read.</summary>
    public Func<AddInvoices, Task> BeforePage { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before and after the end of a run is written.</summary>
    public Func<Task> BeforeEnd { get; set; } = () => Task.CompletedTask;

    public Func<Task> AfterEnd { get; set; } = () => Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<InvoicingRunsDriver> StartAsync(InvoicingJobsDriver jobs)
    {
        var driver = new InvoicingRunsDriver(jobs);
        driver._engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddInvoicing(
            async page =>
            {
                await driver.BeforePage(page);
                return await jobs.Get<AddInvoicesActivity>().RunAsync(page, Token);
            },
            async finish =>
            {
                await driver.BeforeEnd();
                var answer = await jobs.Get<FinishInvoicingActivity>().RunAsync(finish, Token);
                await driver.AfterEnd();
                return answer;
            }));
        return driver;
    }

    /// <summary>Asks for the run of the month, as <c>POST /api/invoicing/{yyyy-MM}/runs</c> does.</summary>
    /// <returns>The body of the answer.</returns>
    public async Task<JsonElement> AskAsync()
    {
        var http = new DefaultHttpContext { RequestServices = _http, Response = { Body = new MemoryStream() } };
        var answer = await Jobs.Get<StartInvoicingFunctions>().StartAsync(http.Request, _engine.Client, InvoicingJobsDriver.Month, Token);
        await answer.ExecuteAsync(http);
        http.Response.Body.Position = 0;
        Assert.Equal(StatusCodes.Status202Accepted, http.Response.StatusCode);
        return (await JsonDocument.ParseAsync(http.Response.Body, cancellationToken: Token)).RootElement;
    }

    /// <summary>The latest run of the month, when it has ended.</summary>
    public async Task<InvoicingRun> EndAsync() =>
        (await Poll.UntilAsync(() => Jobs.Get<InvoicingRuns>().FindAsync(_engine.Client, InvoicingJobsDriver.Month, Token), run => run?.FinishedAt is not null, TimeSpan.FromMinutes(1)))!;

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _http.DisposeAsync();
    }
}
