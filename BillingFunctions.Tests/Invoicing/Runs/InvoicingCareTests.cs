using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Runs;

/// <summary>What happens when whoever should have seen to the invoices has died or broken down.</summary>
public sealed class InvoicingCareTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _clock = new(InvoicingJobsDriver.Ingested.AddDays(8));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Priced, "invoicing-2026-03-retry")]
    [InlineData(InvoicingRunStatus.CompletedWithFailures, InvoiceStatus.Pending, "invoicing-2026-03-retry")]
    [InlineData(InvoicingRunStatus.Failed, InvoiceStatus.Sent, "invoicing-2026-03")]
    [InlineData(InvoicingRunStatus.Queued, InvoiceStatus.Sent, "invoicing-2026-03")]
    [InlineData(InvoicingRunStatus.Completed, InvoiceStatus.Sent, null)]
    [InlineData(InvoicingRunStatus.CompletedWithFailures, InvoiceStatus.EmailFailed, null)]
    [InlineData(InvoicingRunStatus.Running, InvoiceStatus.Priced, null)]
    [InlineData(null, InvoiceStatus.Priced, null)]
    public async Task Run_LatestRunAndItsInvoice_StartsWhatIsMissing(InvoicingRunStatus? run, InvoiceStatus invoice, string? started)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await driver.PutAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = "cus_1", Status = invoice });
        if (run is { } status)
        {
            var state = new InvoicingState(RunId.New<InvoicingRun>(_clock.GetUtcNow()), InvoicingJobsDriver.Month, "test", _clock.GetUtcNow(), OnlyWatches: false);
            await driver.Get<RunStore<InvoicingRun>>().SaveAsync(InvoicingRun.Of(state, status), Token);
            await driver.Get<InvoicingRunStore>().TrySetLatestAsync(InvoicingRun.Of(state, status), latest: null, Token);
        }

        await using var engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(nameof(InvoicingOrchestrator), context => context.CreateTimer(TimeSpan.FromDays(1), Token)));
        var client = engine.Client;
        await driver.Get<InvoicingCareFunction>().RunAsync(new TimerInfo(), client, Token);
        await driver.Get<InvoicingCareFunction>().RunAsync(new TimerInfo(), client, Token);

        foreach (var id in new[] { "invoicing-2026-03", "invoicing-2026-03-retry" })
        {
            Assert.Equal(id == started, await client.GetInstanceAsync(id, Token) is not null);
        }
    }

    /// <summary>The timer's one chance a month: what it has announced is started under the same id, by itself or later.</summary>
    [Fact]
    public async Task Timer_StoppedBeforeTheRunStarts_IsMadeUpForUnderTheSameId()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await driver.Get<InvoicingRuns>().AnnounceAsync(BillingMonth.Parse(InvoicingJobsDriver.Month), "timer", Token);
        var announced = await driver.Get<InvoicingRunStore>().FindLatestAsync(InvoicingJobsDriver.Month, Token);

        await using var engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(nameof(InvoicingOrchestrator), context => context.CreateTimer(TimeSpan.FromDays(1), Token)));
        var client = engine.Client;
        await driver.Get<InvoicingCareFunction>().RunAsync(new TimerInfo(), client, Token);

        var instance = await client.GetInstanceAsync("invoicing-2026-03", getInputsAndOutputs: true, Token);
        Assert.Equal(announced!.Id, instance!.ReadInputAs<InvoicingState>()!.RunId);
    }

    [Fact]
    public async Task Timer_InApril_StartsTheRunOfMarch()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        await using var engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(nameof(InvoicingOrchestrator), context => context.CreateTimer(TimeSpan.FromDays(1), Token)));
        var client = engine.Client;

        await driver.Get<StartInvoicingFunctions>().OnTimerAsync(new TimerInfo(), client, Token);

        var instance = await client.GetInstanceAsync("invoicing-2026-03", getInputsAndOutputs: true, Token);
        Assert.Equal(("2026-03", "timer", false), instance!.ReadInputAs<InvoicingState>() is { } state ? (state.Month, state.RequestedBy, state.OnlyWatches) : default);
    }

    /// <summary>Storage was away for the last write of the run too, or for its first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TheLatestEndedWithoutSayingSo_StartsItAgain(bool isNoted)
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var state = new InvoicingState(RunId.New<InvoicingRun>(_clock.GetUtcNow()), InvoicingJobsDriver.Month, "test", _clock.GetUtcNow(), OnlyWatches: false);
        if (isNoted)
        {
            await driver.Get<RunStore<InvoicingRun>>().SaveAsync(InvoicingRun.Of(state, InvoicingRunStatus.Running), Token);
            await driver.Get<InvoicingRunStore>().TrySetLatestAsync(InvoicingRun.Of(state, InvoicingRunStatus.Running), latest: null, Token);
        }

        var isAway = true;
        await using var engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(
            nameof(InvoicingOrchestrator), context => isAway ? throw new InvalidOperationException("Storage is away.") : context.CreateTimer(TimeSpan.FromDays(1), Token)));
        var client = engine.Client;
        await driver.Get<InvoicingRuns>().StartAsync(client, BillingMonth.Parse(InvoicingJobsDriver.Month), "test", onlyWatches: false, Token);
        await client.WaitForInstanceCompletionAsync("invoicing-2026-03", Token);
        isAway = false;

        await driver.Get<InvoicingCareFunction>().RunAsync(new TimerInfo(), client, Token);

        Assert.False((await client.GetInstanceAsync("invoicing-2026-03", Token))!.IsCompleted);
    }

    /// <summary>To watch only would end with the invoices that there are, and hide the customers that the run did not reach.</summary>
    [Fact]
    public async Task SeeThrough_TheRunBrokeDown_CarriesItOn()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _clock);
        var state = new InvoicingState(RunId.New<InvoicingRun>(_clock.GetUtcNow()), InvoicingJobsDriver.Month, "test", _clock.GetUtcNow(), OnlyWatches: false);
        await driver.Get<RunStore<InvoicingRun>>().SaveAsync(InvoicingRun.Of(state, InvoicingRunStatus.Failed), Token);
        await driver.Get<InvoicingRunStore>().TrySetLatestAsync(InvoicingRun.Of(state, InvoicingRunStatus.Failed), latest: null, Token);
        await using var engine = await OrchestrationDriver.StartAsync(tasks => tasks.AddOrchestratorFunc(nameof(InvoicingOrchestrator), context => context.CreateTimer(TimeSpan.FromDays(1), Token)));
        var client = engine.Client;

        await driver.Get<InvoicingRuns>().SeeThroughAsync(client, BillingMonth.Parse(InvoicingJobsDriver.Month), "test", Token);

        Assert.NotNull(await client.GetInstanceAsync("invoicing-2026-03", Token));
        Assert.Null(await client.GetInstanceAsync("invoicing-2026-03-retry", Token));
    }
}
