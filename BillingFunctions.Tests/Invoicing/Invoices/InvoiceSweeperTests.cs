using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>Lookups and mails whose message nobody has, or seems to have.</summary>
public sealed class InvoiceSweeperTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private readonly FakeTimeProvider _time = new(InvoicingJobsDriver.Ingested);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InvoiceStatus.Pending, InvoiceLookup.Queue)]
    [InlineData(InvoiceStatus.Priced, InvoiceEmail.Queue)]
    public async Task Sweep_SilentForTwoMinutes_IsQueuedOnceForTwoMinutes(InvoiceStatus status, string queue)
    {
        await using var driver = await StartAsync(Invoice(status) with { QueuedAt = _time.GetUtcNow() });

        Assert.Equal([0, 0, 1, 0, 0, 1], await SweepEachMinuteAsync(driver, 6));
        Assert.Equal([Id, Id], await driver.TakeAsync(queue));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending)]
    [InlineData(InvoiceStatus.Priced)]
    public async Task Sweep_WaitsForAnAttemptHoursAhead_IsLeftAlone(InvoiceStatus status)
    {
        await using var driver = await StartAsync(Invoice(status) with { QueuedAt = _time.GetUtcNow().AddHours(6), LookupAttempts = 4, EmailAttempts = 4 });

        Assert.Equal(0, (await SweepEachMinuteAsync(driver, 30)).Sum());
        _time.Advance(TimeSpan.FromHours(6));
        Assert.Equal(1, (await SweepEachMinuteAsync(driver, 1)).Sum());
    }

    [Fact]
    public async Task Sweep_TheSenderDied_HoldsTheMailForAPerson()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Sending) with { SendingSince = _time.GetUtcNow(), SendAttemptId = "a" });

        await SweepEachMinuteAsync(driver, 3);

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), ((await driver.FindAsync(Id)).Status, (await driver.FindAsync(Id)).EmailAttempts));
        Assert.Equal(0, await driver.CountAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Sweep_TheSenderDiedAndTheSettingsSayResend_QueuesTheMail()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Sending) with { SendingSince = _time.GetUtcNow() }, ("Invoicing:OnUnknownDelivery", "Resend"));

        await SweepEachMinuteAsync(driver, 3);

        Assert.Equal(InvoiceStatus.Priced, (await driver.FindAsync(Id)).Status);
        Assert.Equal([Id], await driver.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Sweep_MailsAreOff_LeavesThemUntilTheyAreOn()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Priced), ("Email:Smtp:Host", ""));

        Assert.Equal(0, (await SweepEachMinuteAsync(driver, 5)).Sum());
        Assert.Equal(0, await driver.CountAsync(InvoiceEmail.Queue));
    }

    /// <summary>The process died between writing that an attempt had failed and queueing the next one.</summary>
    [Fact]
    public async Task LookUp_ItsAttemptIsNotedAndTheNextMessageLost_GoesOnWithTheSweepersMessage()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Pending) with { LookupAttempts = 1, QueuedAt = _time.GetUtcNow().AddSeconds(1) });
        await driver.LookUpAsync(Id, attempts: 0);
        Assert.Equal((0, 0), (driver.Amounts.CallsFor(Id), await driver.CountAsync(InvoiceLookup.Queue)));

        Assert.Equal(1, (await SweepEachMinuteAsync(driver, 4)).Sum());
        await driver.DeliverLookupsAsync();

        Assert.Equal((InvoiceStatus.Priced, 2), ((await driver.FindAsync(Id)).Status, (await driver.FindAsync(Id)).LookupAttempts));
    }

    [Fact]
    public async Task LookUp_TheSameMessageManyTimes_IsOneAttempt()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Pending));
        driver.Amounts.Faults.ServerErrorRate = 1;

        // The rate limit keeps calls a millisecond apart.
        var lookups = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => driver.LookUpAsync(Id)));
        await Poll.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                return Task.FromResult(lookups.IsCompleted);
            },
            done => done);
        await lookups;

        Assert.Equal(1, (await driver.FindAsync(Id)).LookupAttempts);
        Assert.Equal(1, await driver.CountAsync(InvoiceLookup.Queue));
    }

    /// <summary>One of each status, of which two hang.</summary>
    [Fact]
    public async Task Sweep_WhatHangs_IsSeenToAndTheRestLeftAlone()
    {
        await using var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _time);
        await driver.PutAsync(InvoiceStatuses.All.Select(status => Invoice(status) with { CustomerId = status.ToText(), SendingSince = _time.GetUtcNow(), QueuedAt = _time.GetUtcNow() }));
        Assert.Equal(0, await driver.SweepAsync());
        Assert.Equal((0, 0), (await driver.CountAsync(InvoiceLookup.Queue), await driver.CountAsync(InvoiceEmail.Queue)));

        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(2, await driver.SweepAsync());

        var totals = await driver.CountAsync();
        Assert.Equal((0, 2), (totals.CountOf(InvoiceStatus.Sending), totals.CountOf(InvoiceStatus.DeliveryUnknown)));
        Assert.Equal(["pending"], await driver.TakeAsync(InvoiceLookup.Queue));
        Assert.Equal(["priced"], await driver.TakeAsync(InvoiceEmail.Queue));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, await driver.SweepAsync());
    }

    [Fact]
    public async Task Sweep_AMonth_WritesItsSummaryWithTheTimeOfTheCount()
    {
        await using var driver = await StartAsync(Invoice(InvoiceStatus.Priced) with { QueuedAt = _time.GetUtcNow() });
        await driver.PutAsync(Invoice(InvoiceStatus.EmailFailed) with { CustomerId = "cus_2" }, Invoice(InvoiceStatus.Sent) with { CustomerId = "cus_3" });
        Assert.Null(await driver.Get<InvoicingRuns>().FindSummaryAsync(InvoicingJobsDriver.Month, Token));

        await driver.SweepAsync();
        var summary = await driver.Get<InvoicingRuns>().FindSummaryAsync(InvoicingJobsDriver.Month, Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await driver.SweepAsync();

        Assert.Equal((_time.GetUtcNow().AddMinutes(-1), 3, 1, 1), (summary!.AsOf, summary.Invoices, summary.Open, summary.Failed));
        Assert.Equal([new Money(500, "usd")], summary.Statuses.Single(total => total.Status == InvoiceStatus.Sent).Amounts);
        Assert.Equal(_time.GetUtcNow(), (await driver.Get<InvoicingRuns>().FindSummaryAsync(InvoicingJobsDriver.Month, Token))!.AsOf);
        Assert.Null(await driver.Get<InvoicingRuns>().FindSummaryAsync("2026-02", Token));
    }

    private async Task<InvoicingJobsDriver> StartAsync(MonthlyInvoice invoice, params (string Name, string Value)[] settings)
    {
        var driver = await InvoicingJobsDriver.StartAsync(azurite.NewAccount(), time: _time, settings: settings);
        await driver.PutAsync(invoice);
        return driver;
    }

    private async Task<IReadOnlyList<int>> SweepEachMinuteAsync(InvoicingJobsDriver driver, int minutes)
    {
        var counts = new List<int>();
        for (var minute = 0; minute < minutes; minute++)
        {
            _time.Advance(TimeSpan.FromSeconds(minute == 0 ? 30 : 60));
            counts.Add(await driver.SweepAsync());
        }

        return counts;
    }

    private static MonthlyInvoice Invoice(InvoiceStatus status) => new()
    {
        Month = InvoicingJobsDriver.Month,
        CustomerId = Id,
        Status = status,
        Email = "a@example.com",
        Amount = status == InvoiceStatus.Pending ? null : new Money(500, "usd"),
    };
}
