using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>A process dies before or after each of its calls to storage, or the calls go wrong.</summary>
public sealed class InvoiceMailCrashTests(AzuriteFixture azurite)
{
    /// <summary>The mail server's first answer, and how many calls to storage the first delivery makes then.</summary>
    private static readonly (string Answer, int Calls)[] Stories = [("250 OK", 3), ("451 later", 4), ("554 no", 5)];

    public static TheoryData<string, int, bool> Deaths
    {
        get
        {
            var deaths = new TheoryData<string, int, bool>();
            foreach (var (answer, calls) in Stories)
            {
                for (var call = 1; call <= calls; call++)
                {
                    deaths.Add(answer, call, false);
                    deaths.Add(answer, call, true);
                }
            }

            return deaths;
        }
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task RunAsync_DiesAtAnyCall_NeverSendsTwiceAndEnds(string answer, int call, bool done)
    {
        using var world = new MailWorld(azurite, session => session == 1 && answer[0] != '2' ? SmtpFault.Refuse(SmtpMoment.Dot, answer) : null);
        await world.AddAsync();
        var dying = world.Start((number, _) => number == call ? done ? StorageFault.FreezeAfter : StorageFault.FreezeBefore : StorageFault.None);
        await dying.SendOrDieAsync();
        Assert.True(dying.Watch.Frozen.IsCompleted, $"There were only {dying.Watch.Calls.Count} calls.");

        // The queue delivers the message again, and what others have put there meanwhile.
        var alive = world.Start();
        await alive.SendAsync();
        await world.DeliverAllAsync(alive);
        await alive.SendAsync();

        Assert.InRange(world.Sink.Mails.Count, 0, 1);
        var invoice = await world.FindAsync();
        Assert.Contains(invoice.Status, new[] { InvoiceStatus.Sent, InvoiceStatus.DeliveryUnknown });
        if (invoice.Status == InvoiceStatus.Sent)
        {
            Assert.Single(world.Sink.Mails);
        }

        // Unknown only if it died between the two marks.
        Assert.Equal((call == 2 && done) || (call == 3 && !done) ? InvoiceStatus.DeliveryUnknown : InvoiceStatus.Sent, invoice.Status);
    }

    [Theory]
    [InlineData(2, nameof(StorageFault.FailBefore))]
    [InlineData(2, nameof(StorageFault.FailAfter))]
    [InlineData(3, nameof(StorageFault.FailBefore))]
    [InlineData(3, nameof(StorageFault.FailAfter))]
    public async Task RunAsync_WriteFails_IsTriedAgainInPlace(int call, string fault)
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync();

        await world.Start((number, _) => number == call ? Enum.Parse<StorageFault>(fault) : StorageFault.None, TimeProvider.System).SendAsync();

        Assert.Equal((InvoiceStatus.Sent, 1), ((await world.FindAsync()).Status, world.Sink.Mails.Count));
        Assert.Empty(world.Waiting);
    }

    [Fact]
    public async Task RunAsync_SentCannotBeWritten_BecomesUnknownAfterTheLeaseAndIsNeverSentAgain()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync();
        await Assert.ThrowsAsync<IOException>(() => SendWithoutPausesAsync(world));

        await world.Start().SendAsync();
        Assert.Equal(InvoiceStatus.Sending, (await world.FindAsync()).Status);
        await world.DeliverAllAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), ((await world.FindAsync()).Status, world.Sink.Mails.Count));
    }

    /// <summary>Others have taken the process for dead, but it lives and knows.</summary>
    [Theory]
    [InlineData(InvoiceStatus.DeliveryUnknown)]
    [InlineData(InvoiceStatus.Priced)]
    public async Task RunAsync_CalledUnknownMeanwhile_IsSentAllTheSame(InvoiceStatus meanwhile)
    {
        using var world = new MailWorld(azurite, _ => SmtpFault.Hang(SmtpMoment.Dot) with { HangsFor = TimeSpan.FromMilliseconds(300), KeepsMail = true });
        await world.AddAsync();
        var sending = world.Start().SendAsync();
        await world.Sink.HangingAsync(TestContext.Current.CancellationToken);
        await world.ChangeAsync(invoice => invoice with { Status = meanwhile, SendingSince = null });

        await sending;

        Assert.Equal(InvoiceStatus.Sent, (await world.FindAsync()).Status);
    }

    [Fact]
    public async Task RunAsync_StorageTooSlowToSendWithinTheLease_SendsNothing()
    {
        using var world = new MailWorld(azurite);
        await world.AddAsync();
        var slow = world.Start((number, _) =>
        {
            world.Time.Advance(number == 2 ? TimeSpan.FromSeconds(40) : TimeSpan.Zero);
            return StorageFault.None;
        });

        await Assert.ThrowsAsync<TimeoutException>(() => slow.SendAsync());

        Assert.Equal((InvoiceStatus.Priced, 0), ((await world.FindAsync()).Status, world.Sink.Sessions));
    }

    /// <summary>All calls from the third on fail. The pauses between attempts pass at once, the time that the session may take does not.</summary>
    private static async Task SendWithoutPausesAsync(MailWorld world)
    {
        world.Time.SkippedDelays = TimeSpan.FromSeconds(10);
        await world.Start((number, _) => number >= 3 ? StorageFault.FailBefore : StorageFault.None).SendAsync();
    }
}
