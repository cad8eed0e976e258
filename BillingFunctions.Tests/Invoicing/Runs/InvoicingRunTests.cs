using System.Globalization;
using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Runs;

/// <summary>Whatever goes wrong: each customer billed once, and the sums right.</summary>
public sealed class InvoicingRunTests(AzuriteFixture azurite)
{
    private static readonly AmountSimulatorOptions AllKinds = new() { Currencies = ["usd", "jpy", "kwd"], ZeroRate = 0.05, NullRate = 0.05, MissingRate = 0.05 };

    [Fact]
    public async Task Run_LookupsFailAndHooksAreCalledAtRandom_EachEndsOnceAndTheSumsAgree()
    {
        await using var driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), AllKinds, ("Invoicing__MaxQueueDepth", "60"));
        (driver.Amounts.Faults.ServerErrorRate, driver.Amounts.Faults.GarbageRate) = (0.1, 0.05);
        (driver.Amounts.Faults.CutRate, driver.Amounts.Faults.RateLimitRate) = (0.03, 0.02);
        var customers = driver.Customers(150);
        await driver.SeedAsync(customers);
        await driver.SeedAsync([customers[0] with { Id = "later", FirstBillingMonth = "2999-01" }, customers[0] with { Id = "gone", LastIngestedAt = null }]);

        await driver.StartRunAsync();
        var deepest = 0;
        var hooks = 0;
        var report = await Poll.UntilAsync(
            async () =>
            {
                deepest = Math.Max(deepest, await driver.DepthAsync(InvoiceLookup.Queue));
                if (++hooks % 20 == 0)
                {
                    await driver.RetryAsync(hooks % 40 == 0 ? "retry_lookups" : "retry_emails");
                }

                return await driver.ReportAsync();
            },
            report => InvoicingDriver.StatusOf(report).StartsWith("completed", StringComparison.Ordinal),
            TimeSpan.FromMinutes(4));

        Assert.Equal("completed", InvoicingDriver.StatusOf(report));
        Assert.InRange(deepest, 10, 60);
        Assert.Equal(152, report.GetProperty("invoices").GetInt32());
        Assert.Equal(2, InvoicingDriver.CountOf(report, "not_billed"));
        var charged = customers.Where(customer => driver.Amounts.AmountOf(customer.Id, InvoicingDriver.Month).IsCharged).ToList();
        Assert.Equal((charged.Count, 150 - charged.Count), (InvoicingDriver.CountOf(report, "sent"), InvoicingDriver.CountOf(report, "no_charge")));
        Assert.Equal(driver.Expected(customers).OrderBy(sum => sum.Key), InvoicingDriver.SumsOf(report).OrderBy(sum => sum.Key));
        Assert.Equal(charged.Count, driver.Recipients().Distinct().Count());
        Assert.Equal(charged.Count, driver.Recipients().Count);
        await AssertFileAgreesAsync(driver, report);
    }

    /// <summary>As when the base address leads elsewhere.</summary>
    [Fact]
    public async Task Run_ApiKnowsNobody_EndsWithFailures()
    {
        await using var driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), new AmountSimulatorOptions { MissingRate = 1 });
        await driver.SeedAsync(driver.Customers(30));
        await driver.StartRunAsync();

        var report = await driver.EndAsync();

        Assert.Equal("completed_with_failures", InvoicingDriver.StatusOf(report));
        Assert.Equal((30, 0, 0), (InvoicingDriver.CountOf(report, "lookup_failed"), InvoicingDriver.CountOf(report, "no_charge"), InvoicingDriver.CountOf(report, "not_found")));
        Assert.Equal((30, 0, 30), (report.GetProperty("invoices").GetInt32(), report.GetProperty("progress").GetProperty("open").GetInt32(), report.GetProperty("progress").GetProperty("failed").GetInt32()));
    }

    [Fact]
    public async Task Run_KilledTwice_CarriesOn()
    {
        await using var driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), new AmountSimulatorOptions { ZeroRate = 1 }, ("Amounts__RateLimit", "40/1"));
        driver.Amounts.Faults.Latency = TimeSpan.FromMilliseconds(50);
        await driver.SeedAsync(driver.Customers(120));
        var run = await driver.StartRunAsync();

        foreach (var ended in new[] { 20, 60 })
        {
            await Poll.UntilAsync(driver.ReportAsync, report => InvoicingDriver.CountOf(report, "no_charge") >= ended);
            await driver.App.KillAsync();
            await driver.App.StartAsync();
        }

        // Messages that were being worked on are hidden for ten minutes. The hook does not wait for them, and may be called as long as invoices are added.
        await Poll.UntilAsync(driver.ReportAsync, report => report.GetProperty("invoices").GetInt32() == 120);
        await driver.RetryAsync("retry_lookups");
        var report = await driver.EndAsync();

        Assert.Equal(("completed", run), (InvoicingDriver.StatusOf(report), report.GetProperty("run").GetProperty("id").GetString()));
        Assert.Equal(120, InvoicingDriver.CountOf(report, "no_charge"));
        Assert.Equal((120, 120), (report.GetProperty("run").GetProperty("customers").GetInt32(), report.GetProperty("run").GetProperty("added").GetInt32()));
    }

    [Fact]
    public async Task Run_ThatSomeFail_EndsWithFailuresUntilTheyAreMended()
    {
        await using var driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), new AmountSimulatorOptions());
        var customers = driver.Customers(30);
        await driver.SeedAsync(customers);
        driver.Amounts.Answer("cus_00003", 200, """{ "amount": -5, "currency": "usd" }""");
        driver.Amounts.Answer("cus_00004", 200, """{ "amount": 5, "currency": "eur" }""");

        await driver.StartRunAsync();
        var failed = await driver.EndAsync();
        Assert.Equal(("completed_with_failures", 2, 28), (InvoicingDriver.StatusOf(failed), InvoicingDriver.CountOf(failed, "lookup_failed"), InvoicingDriver.CountOf(failed, "sent")));
        var jobs = await driver.App.Http.GetStringAsync("api/failed_jobs");
        Assert.Contains("negative", jobs, StringComparison.Ordinal);

        // One by the failed job, the other by the hook.
        driver.Amounts.Forget("cus_00003");
        driver.Amounts.Forget("cus_00004");
        var job = JsonDocument.Parse(jobs).RootElement.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("job_id").GetString()!.EndsWith("cus_00003", StringComparison.Ordinal));
        using var retried = await driver.App.Http.PostAsync($"api/failed_jobs/{job.GetProperty("id").GetString()}/retry", null);
        await Poll.UntilAsync(driver.ReportAsync, report => InvoicingDriver.CountOf(report, "sent") == 29);
        Assert.Equal(1, await driver.RetryAsync("retry_lookups"));
        var mended = await Poll.UntilAsync(driver.ReportAsync, report => InvoicingDriver.StatusOf(report) == "completed");

        Assert.Equal(30, InvoicingDriver.CountOf(mended, "sent"));
        Assert.Equal(driver.Expected(customers), InvoicingDriver.SumsOf(mended));
        Assert.Equal(30, driver.Recipients().Distinct().Count());
        Assert.Empty(JsonDocument.Parse(await driver.App.Http.GetStringAsync("api/failed_jobs")).RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal((0, 0), (await driver.RetryAsync("retry_lookups"), await driver.RetryAsync("retry_emails")));
    }

    [Fact]
    public async Task Run_AgainAfterMoreCustomersCame_AddsOnlyThem()
    {
        await using var driver = await InvoicingDriver.StartAsync(azurite.NewAccount(), AllKinds);
        var customers = driver.Customers(60);
        await driver.SeedAsync([.. customers.Take(40), .. customers.Skip(40).Take(10).Select(customer => customer with { LastIngestedAt = null })]);
        var first = await driver.StartRunAsync();
        Assert.Equal((50, 10), (await driver.EndAsync() is var one ? one.GetProperty("invoices").GetInt32() : 0, InvoicingDriver.CountOf(await driver.ReportAsync(), "not_billed")));

        await driver.SeedAsync(customers);
        var second = await driver.StartRunAsync();
        var report = await Poll.UntilAsync(
            driver.ReportAsync, report => report.GetProperty("run").GetProperty("id").GetString() == second && InvoicingDriver.StatusOf(report) == "completed");

        Assert.NotEqual(first, second);
        Assert.Equal((60, 60, 20), (report.GetProperty("invoices").GetInt32(), report.GetProperty("run").GetProperty("customers").GetInt32(), report.GetProperty("run").GetProperty("added").GetInt32()));
        Assert.Equal(60, driver.Amounts.Calls.Total);
        Assert.Equal(driver.Expected(customers).OrderBy(sum => sum.Key), InvoicingDriver.SumsOf(report).OrderBy(sum => sum.Key));
        Assert.Equal(driver.Recipients().Count, driver.Recipients().Distinct().Count());
    }

    private static async Task AssertFileAgreesAsync(InvoicingDriver driver, JsonElement report)
    {
        var rows = await driver.DownloadAsync();
        Assert.Equal(report.GetProperty("invoices").GetInt32(), rows.Select(row => row["customer_id"]).Distinct().Count());
        var sums = rows.Where(row => row["currency"].Length > 0).GroupBy(row => row["currency"]).ToDictionary(group => group.Key, group => group.Sum(row => long.Parse(row["amount_minor"], CultureInfo.InvariantCulture)));
        Assert.Equal(InvoicingDriver.SumsOf(report).OrderBy(sum => sum.Key), sums.OrderBy(sum => sum.Key));
        Assert.All(rows, row => Assert.Equal(row["status"] == "not_billed" || row["status"] == "no_charge", row["reason"].Length > 0));
    }
}
