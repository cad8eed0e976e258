using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Invoicing.Invoices;

/// <summary>Lookups and mails whose message nobody has, or seems to have.</summary>
public sealed class InvoiceSweeperTests(AzuriteFixture azurite)
{
    private const string Id = "cus_00000";

    private readonly FakeTimeProvider _time = new(InvoicingRig.Ingested);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InvoiceStatus.Pending, InvoiceLookup.Queue)]
    [InlineData(InvoiceStatus.Priced, InvoiceEmail.Queue)]
    public async Task Sweep_SilentForTwoMinutes_IsQueuedOnceForTwoMinutes(InvoiceStatus status, string queue)
    {
        await using var rig = await StartAsync(Invoice(status) with { QueuedAt = _time.GetUtcNow() });

        Assert.Equal([0, 0, 1, 0, 0, 1], await SweepEachMinuteAsync(rig, 6));
        Assert.Equal([Id, Id], await rig.TakeAsync(queue));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending)]
    [InlineData(InvoiceStatus.Priced)]
    public async Task Sweep_WaitsForAnAttemptHoursAhead_IsLeftAlone(InvoiceStatus status)
    {
        await using var rig = await StartAsync(Invoice(status) with { QueuedAt = _time.GetUtcNow().AddHours(6), LookupAttempts = 4, EmailAttempts = 4 });

        Assert.Equal(0, (await SweepEachMinuteAsync(rig, 30)).Sum());
        _time.Advance(TimeSpan.FromHours(6));
        Assert.Equal(1, (await SweepEachMinuteAsync(rig, 1)).Sum());
    }

    [Fact]
    public async Task Sweep_TheSenderDied_HoldsTheMailForAPerson()
    {
        await using var rig = await StartAsync(Invoice(InvoiceStatus.Sending) with { SendingSince = _time.GetUtcNow(), SendAttemptId = "a" });

        await SweepEachMinuteAsync(rig, 3);

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), ((await rig.FindAsync(Id)).Status, (await rig.FindAsync(Id)).EmailAttempts));
        Assert.Equal(0, await rig.CountAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Sweep_TheSenderDiedAndTheSettingsSayResend_QueuesTheMail()
    {
        await using var rig = await StartAsync(Invoice(InvoiceStatus.Sending) with { SendingSince = _time.GetUtcNow() }, ("Invoicing:OnUnknownDelivery", "Resend"));

        await SweepEachMinuteAsync(rig, 3);

        Assert.Equal(InvoiceStatus.Priced, (await rig.FindAsync(Id)).Status);
        Assert.Equal([Id], await rig.TakeAsync(InvoiceEmail.Queue));
    }

    [Fact]
    public async Task Sweep_MailsAreOff_LeavesThemUntilTheyAreOn()
    {
        await using var rig = await StartAsync(Invoice(InvoiceStatus.Priced), ("Email:Smtp:Host", ""));

        Assert.Equal(0, (await SweepEachMinuteAsync(rig, 5)).Sum());
        await rig.Get<InvoiceQueues>().EnqueueNextAsync(await rig.FindAsync(Id), Token);
        Assert.Equal(0, await rig.CountAsync(InvoiceEmail.Queue));
    }

    /// <summary>The process died between writing that an attempt had failed and queueing the next one.</summary>
    [Fact]
    public async Task LookUp_ItsAttemptIsNotedAndTheNextMessageLost_GoesOnWithTheSweepersMessage()
    {
        await using var rig = await StartAsync(Invoice(InvoiceStatus.Pending) with { LookupAttempts = 1, QueuedAt = _time.GetUtcNow().AddSeconds(1) });
        await rig.LookUpAsync(Id, attempts: 0);
        Assert.Equal((0, 0), (rig.Amounts.CallsFor(Id), await rig.CountAsync(InvoiceLookup.Queue)));

        Assert.Equal(1, (await SweepEachMinuteAsync(rig, 4)).Sum());
        await rig.DeliverLookupsAsync();

        Assert.Equal((InvoiceStatus.Priced, 2), ((await rig.FindAsync(Id)).Status, (await rig.FindAsync(Id)).LookupAttempts));
    }

    [Fact]
    public async Task LookUp_TheSameMessageManyTimes_IsOneAttempt()
    {
        await using var rig = await StartAsync(Invoice(InvoiceStatus.Pending));
        rig.Amounts.Faults.ServerErrorRate = 1;

        // The rate limit keeps calls a millisecond apart.
        var lookups = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => rig.LookUpAsync(Id)));
        await Poll.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                return Task.FromResult(lookups.IsCompleted);
            },
            done => done);
        await lookups;

        Assert.Equal(1, (await rig.FindAsync(Id)).LookupAttempts);
        Assert.Equal(1, await rig.CountAsync(InvoiceLookup.Queue));
    }

    private async Task<InvoicingRig> StartAsync(MonthlyInvoice invoice, params (string Name, string Value)[] settings)
    {
        var rig = await InvoicingRig.StartAsync(azurite, time: _time, settings: settings);
        await rig.PutAsync(invoice);
        return rig;
    }

    private async Task<IReadOnlyList<int>> SweepEachMinuteAsync(InvoicingRig rig, int minutes)
    {
        var sweeper = rig.Get<IEnumerable<ISweeper>>().OfType<InvoiceSweeper>().Single();
        var counts = new List<int>();
        for (var minute = 0; minute < minutes; minute++)
        {
            _time.Advance(TimeSpan.FromSeconds(minute == 0 ? 30 : 60));
            counts.Add(await sweeper.SweepAsync(Token));
        }

        return counts;
    }

    private static MonthlyInvoice Invoice(InvoiceStatus status) => new()
    {
        Month = InvoicingRig.Month,
        CustomerId = Id,
        Status = status,
        Email = "a@example.com",
        Amount = status == InvoiceStatus.Pending ? null : new Money(500, "usd"),
    };
}
