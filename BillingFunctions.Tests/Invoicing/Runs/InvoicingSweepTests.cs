using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Runs;

/// <summary>Runs that were not started, broke down, or have customers to take in.</summary>
public sealed class InvoicingSweepTests(AzuriteFixture azurite)
{
    private static readonly BillingMonth March = BillingMonth.Parse(InvoicingJobsDriver.Month);

    private readonly FakeTimeProvider _clock = new(InvoicingJobsDriver.Ingested.AddDays(8));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InvoicingRunStatus.Completed, false)]
    [InlineData(InvoicingRunStatus.Failed, true)]
    [InlineData(InvoicingRunStatus.Queued, true)]
    public async Task Sweep_TheLatestRun_IsStartedAgainUnderItsIdUnlessItHasEnded(InvoicingRunStatus status, bool isStarted)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var run = await PutAsync(driver, status);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await using var engine = await StartEngineAsync();

        await SweepAsync(driver, engine.Client);
        await SweepAsync(driver, engine.Client);

        if (isStarted)
        {
            await engine.Client.WaitForInstanceStartAsync(run.Id, Token);
        }

        Assert.Equal(isStarted, await engine.Client.GetInstanceAsync(run.Id, Token) is { IsCompleted: false });
        Assert.Equal((run.Id, isStarted ? InvoicingRunStatus.Running : InvoicingRunStatus.Completed, null), await LatestAsync(driver, engine.Client) is { } latest ? (latest.Id, latest.Status, latest.Error) : default);
    }

    [Fact]
    public async Task Sweep_MonthWithoutRun_StartsNone()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await using var engine = await StartEngineAsync();

        await SweepAsync(driver, engine.Client);

        Assert.Null(await LatestAsync(driver, engine.Client));
    }

    /// <summary>Storage was away for the last write of the run too.</summary>
    [Fact]
    public async Task Sweep_TheRunBrokeDownWithoutSayingSo_StartsItAgain()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var isAway = true;
        await using var engine = await StartEngineAsync(() => isAway);
        var run = await driver.Get<InvoicingRuns>().StartAsync(engine.Client, March, "test", Token);
        await engine.Client.WaitForInstanceCompletionAsync(run.Id, Token);
        Assert.Equal(InvoicingRunStatus.Failed, (await LatestAsync(driver, engine.Client))!.Status);
        isAway = false;

        await SweepAsync(driver, engine.Client);

        Assert.False((await engine.Client.GetInstanceAsync(run.Id, Token))!.IsCompleted);
    }

    [Fact]
    public async Task Sweep_AnOperatorHasStoppedTheRun_LeavesItUntilItIsAskedFor()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await using var engine = await StartEngineAsync();
        var run = await driver.Get<InvoicingRuns>().StartAsync(engine.Client, March, "test", Token);
        await engine.Client.TerminateInstanceAsync(run.Id, "stop", Token);
        await engine.Client.WaitForInstanceCompletionAsync(run.Id, Token);

        await SweepAsync(driver, engine.Client);
        Assert.Equal((InvoicingRunStatus.Failed, "The run was stopped. Start it again."), await LatestAsync(driver, engine.Client) is { } stopped ? (stopped.Status, stopped.Error) : default);
        var again = await driver.Get<InvoicingRuns>().StartAsync(engine.Client, March, "test", Token);

        Assert.Equal(run.Id, again.Id);
        Assert.False((await engine.Client.GetInstanceAsync(run.Id, Token))!.IsCompleted);
    }

    [Theory]
    [InlineData(1, false, "2026-04-10", true)]
    [InlineData(-1, false, "2026-04-10", false)]
    [InlineData(1, true, "2026-04-10", false)]
    [InlineData(1, false, "2026-05-10", false)]
    public async Task Sweep_UploadSinceTheRunStarted_TakesItsCustomersInWhileTheMonthIsOpen(int finishedMinutes, bool dryRun, string now, bool isStarted)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var run = await PutAsync(driver, InvoicingRunStatus.Completed);
        var receivedAt = run.StartedAt.AddMinutes(-10);
        await driver.Get<RunStore<CustomerUpload>>().SaveAsync(
            new CustomerUpload
            {
                Id = RunId.New<CustomerUpload>(receivedAt),
                File = new StoredFile("blob", null, 1, "", new CsvHeader(',', false, [])),
                DryRun = dryRun,
                RequestedBy = "test",
                ReceivedAt = receivedAt,
                Status = UploadStatus.Completed,
                FinishedAt = run.StartedAt.AddMinutes(finishedMinutes),
            },
            Token);
        _clock.SetUtcNow(DateTimeOffset.Parse($"{now}T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var engine = await StartEngineAsync();

        await SweepAsync(driver, engine.Client);
        await SweepAsync(driver, engine.Client);

        var latest = (await LatestAsync(driver, engine.Client))!;
        Assert.Equal((isStarted, isStarted ? "sweeper" : "test"), (latest.Id != run.Id, latest.RequestedBy));
    }

    /// <summary>The timer's one chance a month: what it has stored is started under the same id.</summary>
    [Fact]
    public async Task Timer_StoppedBeforeTheRunIsScheduled_IsMadeUpForUnderTheSameId()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var stored = NewRun();
        Assert.True(await driver.Get<InvoicingRuns>().TryClaimAsync(stored, latestId: null, Token));
        await using var engine = await StartEngineAsync();
        await SweepAsync(driver, engine.Client);
        Assert.Null(await engine.Client.GetInstanceAsync(stored.Id, Token));

        _clock.Advance(TimeSpan.FromMinutes(2));
        await SweepAsync(driver, engine.Client);

        Assert.Equal(stored.Id, (await engine.Client.GetInstanceAsync(stored.Id, getInputsAndOutputs: true, Token))!.ReadInputAs<InvoicingRun>()!.Id);
    }

    [Fact]
    public async Task Timer_InApril_StartsTheRunOfMarch()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await using var engine = await StartEngineAsync();

        await driver.Get<StartInvoicingFunctions>().OnTimerAsync(new TimerInfo(), engine.Client, Token);

        Assert.Equal((InvoicingJobsDriver.Month, "timer"), await LatestAsync(driver, engine.Client) is { } run ? (run.Month, run.RequestedBy) : default);
    }

    private static Task SweepAsync(InvoicingJobsDriver driver, DurableTaskClient client) => driver.Get<StartInvoicingFunctions>().OnSweepAsync(new TimerInfo(), client, Token);

    private static Task<InvoicingRun?> LatestAsync(InvoicingJobsDriver driver, DurableTaskClient client) => driver.Get<InvoicingRuns>().FindAsync(client, InvoicingJobsDriver.Month, Token);

    private static Task<Microsoft.DurableTask.Testing.DurableTaskTestHost> StartEngineAsync(Func<bool>? isAway = null) => OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(
        nameof(InvoicingOrchestrator),
        context => isAway?.Invoke() == true ? throw new InvalidOperationException("Storage is away.") : context.CreateTimer(TimeSpan.FromDays(1), Token)));

    private InvoicingRun NewRun() => new() { Id = RunId.New<InvoicingRun>(_clock.GetUtcNow()), Month = InvoicingJobsDriver.Month, RequestedBy = "test", StartedAt = _clock.GetUtcNow() };

    private async Task<InvoicingRun> PutAsync(InvoicingJobsDriver driver, InvoicingRunStatus status)
    {
        var run = NewRun();
        Assert.True(await driver.Get<InvoicingRuns>().TryClaimAsync(run, latestId: null, Token));
        var ended = status == InvoicingRunStatus.Queued ? run : run with { Status = status, FinishedAt = _clock.GetUtcNow(), Error = status == InvoicingRunStatus.Failed ? "Storage was away." : null };
        await driver.Get<InvoicingRuns>().SaveAsync(ended, Token);
        return ended;
    }
}
