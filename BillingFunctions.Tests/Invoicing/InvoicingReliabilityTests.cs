using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.Invoicing;

/// <summary>A month in which everything goes wrong at once: nobody gets a mail twice, and the books are right.</summary>
public sealed class InvoicingReliabilityTests
{
    private const int Count = 400;

    private static readonly AmountSimulatorOptions AllKinds = new() { Currencies = ["usd", "jpy", "kwd"], ZeroRate = 0.03, NullRate = 0.03, MissingRate = 0.03 };

    private readonly Random _chance = new(20_261_121);

    [Fact]
    public async Task Month_WithEverythingGoingWrong_MailsNobodyTwiceAndAddsUp()
    {
        // A storage emulator of its own: so many messages are slow to clean up, which would stop other tests.
        await using var emulator = await StorageEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var driver = await InvoicingDriver.StartAsync(emulator.NewAccount(), AllKinds, CutAfterData);
        (driver.Amounts.Faults.ServerErrorRate, driver.Amounts.Faults.GarbageRate) = (0.1, 0.04);
        (driver.Amounts.Faults.CutRate, driver.Amounts.Faults.RateLimitRate) = (0.03, 0.03);
        var customers = driver.Customers(Count);
        await driver.SeedAsync(customers);

        await driver.StartRunAsync();
        foreach (var mails in new[] { 40, 140, 260 })
        {
            await Poll.UntilAsync(() => DisturbAsync(driver, customers), _ => driver.Smtp.Mails.Count >= mails, TimeSpan.FromMinutes(3));
            await driver.App.KillAsync();
            await driver.App.StartAsync();
        }

        var report = await EndAsync(driver, customers);

        var charged = customers.Where(customer => driver.Amounts.AmountOf(customer.Id, InvoicingDriver.Month).IsCharged).ToList();
        var (sent, unknown) = (InvoicingDriver.CountOf(report, "sent"), InvoicingDriver.CountOf(report, "delivery_unknown"));
        Assert.Equal(driver.Recipients().Count, driver.Recipients().Distinct().Count());
        Assert.InRange(driver.Recipients().Count, sent, sent + unknown);
        Assert.Equal(charged.Count, sent + unknown + InvoicingDriver.CountOf(report, "email_failed"));
        Assert.Equal(Count - charged.Count, InvoicingDriver.CountOf(report, "no_charge"));
        Assert.InRange(unknown, 1, Count / 5);
        Assert.Equal("completed_with_failures", InvoicingDriver.StatusOf(report));
        Assert.Equal(driver.Expected(customers).OrderBy(sum => sum.Key), InvoicingDriver.SumsOf(report).OrderBy(sum => sum.Key));
        await AssertMailsAsync(driver);
        await AssertExplainedAsync(driver);
    }

    /// <summary>One session in ten ends after DATA: in the content, after the dot with the mail lost, or after it with the mail accepted.</summary>
    private static SmtpFault? CutAfterData(int session) => (session % 30) switch
    {
        0 => SmtpFault.Drop(SmtpMoment.Content),
        10 => SmtpFault.Drop(SmtpMoment.Dot),
        20 => SmtpFault.AcceptAndDrop,
        _ => null,
    };

    /// <summary>Everybody who is told sent has a mail, and nobody without a charge has one.</summary>
    private static async Task AssertMailsAsync(InvoicingDriver driver)
    {
        var mailed = driver.Recipients().ToHashSet();
        foreach (var row in await driver.DownloadAsync())
        {
            var hasMail = mailed.Contains(row["email"]);
            Assert.True(row["status"] == "delivery_unknown" || hasMail == (row["status"] == "sent"), $"{row["customer_id"]} is {row["status"]}, and has a mail: {hasMail}");
        }
    }

    /// <summary>The kills have left no gap in what is told of an invoice: from the run that added it to how it stands.</summary>
    private static async Task AssertExplainedAsync(InvoicingDriver driver)
    {
        foreach (var row in (await driver.DownloadAsync()).Take(40))
        {
            var life = await driver.App.Http.GetFromJsonAsync<JsonElement>($"api/explain/invoice/{InvoicingDriver.Month}/{row["customer_id"]}", TestContext.Current.CancellationToken);
            var told = life.GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()).ToList();
            Assert.Equal(row["status"], life.GetProperty("status").GetString());
            Assert.Contains("The run added the invoice.", told);
            Assert.Contains(row["status"] switch
            {
                "sent" => "The mail server has taken the mail.",
                "no_charge" => told.FirstOrDefault(what => what!.Contains("nothing to pay", StringComparison.Ordinal)),
                "delivery_unknown" => told.FirstOrDefault(what => what!.Contains("not known whether it was delivered", StringComparison.Ordinal)),
                var other => throw new InvalidOperationException($"{row["customer_id"]} is {other}."),
            }, told);
        }
    }

    private static bool IsOver(JsonElement report) =>
        InvoicingDriver.StatusOf(report).StartsWith("completed", StringComparison.Ordinal)
        && new[] { "pending", "priced", "sending", "lookup_failed" }.All(status => InvoicingDriver.CountOf(report, status) == 0);

    private async Task<JsonElement> EndAsync(InvoicingDriver driver, IReadOnlyList<BilledCustomer> customers)
    {
        try
        {
            return await Poll.UntilAsync(() => DisturbAsync(driver, customers), IsOver, TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{driver.App.Output}", late);
        }
    }

    /// <summary>Delivers messages a second time and calls the hooks, as it happens.</summary>
    private async Task<JsonElement> DisturbAsync(InvoicingDriver driver, IReadOnlyList<BilledCustomer> customers)
    {
        foreach (var customer in _chance.GetItems([.. customers], 5))
        {
            await driver.SendAsync(InvoiceLookup.Queue, new InvoiceLookup(InvoicingDriver.Month, customer.Id));
            await driver.SendAsync(InvoiceEmail.Queue, new InvoiceEmail(InvoicingDriver.Month, customer.Id));
        }

        if (_chance.Next(3) == 0)
        {
            await driver.RetryAsync(_chance.Next(2) == 0 ? "retry_lookups" : "retry_emails");
        }

        return await driver.ReportAsync();
    }
}
