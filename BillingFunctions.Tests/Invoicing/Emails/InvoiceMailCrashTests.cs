using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
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
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), session => session == 1 && answer[0] != '2' ? SmtpFault.Refuse(SmtpMoment.Dot, answer) : null);
        await driver.AddAsync();
        var dying = driver.Start((number, _) => number == call ? done ? StorageFault.FreezeAfter : StorageFault.FreezeBefore : StorageFault.None);
        await dying.SendOrDieAsync();
        Assert.True(dying.Storage.Frozen.IsCompleted, $"There were only {dying.Storage.Calls.Count} calls.");

        // The queue delivers the message again, and what others have put there meanwhile.
        var alive = driver.Start();
        await alive.SendAsync();
        await driver.DeliverAllAsync(alive);
        await alive.SendAsync();

        Assert.InRange(driver.MailServer.Mails.Count, 0, 1);
        var invoice = await driver.FindAsync();
        Assert.Contains(invoice.Status, new[] { InvoiceStatus.Sent, InvoiceStatus.DeliveryUnknown });
        if (invoice.Status == InvoiceStatus.Sent)
        {
            Assert.Single(driver.MailServer.Mails);
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
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync();

        await driver.Start((number, _) => number == call ? Enum.Parse<StorageFault>(fault) : StorageFault.None, TimeProvider.System).SendAsync();

        Assert.Equal((InvoiceStatus.Sent, 1), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
        Assert.Empty(driver.Waiting);
    }

    [Fact]
    public async Task RunAsync_SentCannotBeWritten_BecomesUnknownAfterTheLeaseAndIsNeverSentAgain()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync();
        await Assert.ThrowsAsync<IOException>(() => SendWithoutPausesAsync(driver));

        await driver.Start().SendAsync();
        Assert.Equal(InvoiceStatus.Sending, (await driver.FindAsync()).Status);
        await driver.DeliverAllAsync();

        Assert.Equal((InvoiceStatus.DeliveryUnknown, 1), ((await driver.FindAsync()).Status, driver.MailServer.Mails.Count));
    }

    /// <summary>Others have taken the process for dead, or a person has decided. Theirs is the verdict.</summary>
    [Theory]
    [InlineData("250 OK", InvoiceStatus.DeliveryUnknown)]
    [InlineData("250 OK", InvoiceStatus.Priced)]
    [InlineData("554 no", InvoiceStatus.DeliveryUnknown)]
    [InlineData("451 later", InvoiceStatus.Sent)]
    [InlineData("250 OK", InvoiceStatus.EmailFailed)]
    public async Task RunAsync_JudgedByOthersMeanwhile_LeavesTheirVerdict(string answer, InvoiceStatus meanwhile)
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount(), _ => SmtpFault.Refuse(SmtpMoment.Dot, answer) with { Hangs = true, KeepsMail = answer[0] == '2' });
        await driver.AddAsync();
        var sending = driver.Start().SendAsync();
        await driver.MailServer.HangingAsync(TestContext.Current.CancellationToken);
        await driver.ChangeAsync(invoice => invoice with { Status = meanwhile, SendingSince = null, EmailAttempts = 1, Reason = "others" });

        driver.MailServer.Release();
        await sending;

        var invoice = await driver.FindAsync();
        Assert.Equal((meanwhile, 1, "others"), (invoice.Status, invoice.EmailAttempts, invoice.Reason));
        Assert.Empty(driver.Waiting);
        Assert.Empty(await driver.FailedJobsAsync());
    }

    [Fact]
    public async Task RunAsync_StorageTooSlowToSendWithinTheLease_SendsNothing()
    {
        using var driver = new InvoiceMailDriver(azurite.NewAccount());
        await driver.AddAsync();
        var slow = driver.Start((number, _) =>
        {
            driver.Time.Advance(number == 2 ? TimeSpan.FromSeconds(90) : TimeSpan.Zero);
            return StorageFault.None;
        });

        await Assert.ThrowsAsync<TimeoutException>(() => slow.SendAsync());

        Assert.Equal((InvoiceStatus.Priced, 0), ((await driver.FindAsync()).Status, driver.MailServer.Sessions));
    }

    /// <summary>All calls from the third on fail. The pauses between attempts pass at once, the time that the session may take does not.</summary>
    private static async Task SendWithoutPausesAsync(InvoiceMailDriver driver)
    {
        driver.Time.SkippedDelays = TimeSpan.FromSeconds(10);
        await driver.Start((number, _) => number >= 3 ? StorageFault.FailBefore : StorageFault.None).SendAsync();
    }
}
