using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Simulators.Stripe.Webhooks;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using InvoiceLineOptions = Stripe.InvoiceLineOptions;
using InvoiceRemoveLinesOptions = Stripe.InvoiceRemoveLinesOptions;

namespace BillingFunctions.Tests.Insight.Proofs;

/// <summary>Two months in one app: the last one with its monthly invoices, and the present one with usage and a subscription.</summary>
public sealed class ProofTests(AzuriteFixture azurite)
{
    private static readonly BillingMonth Present = BillingMonth.From(TimeProvider.System.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_AfterDifferencesArePlanted_NamesEachAndNothingElse()
    {
        var storage = azurite.NewAccount();
        await using var driver = await InvoicingDriver.StartAsync(
            storage, new AmountSimulatorOptions { ZeroRate = 0.2 }, faultOf: null, stripeCustomers: 1, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));
        driver.Stripe.Webhooks.Add(new WebhookEndpoint(new Uri(driver.App.Http.BaseAddress!, WebhookRequestBuilder.Path), WebhookRequestBuilder.Secret));
        await driver.SeedAsync(driver.Customers(12));
        await driver.StartRunAsync();
        await driver.EndAsync();
        var (item, stripeInvoice) = (await AddUsageAsync(driver), await SubscribeAsync(driver));

        // Nothing is wrong, and the proofs say so, each time the same.
        var (last, present) = (await ProveAsync(driver, InvoicingDriver.Month), await Poll.UntilAsync(() => ProveAsync(driver, $"{Present}"), IsEqual));
        Assert.True(IsEqual(last), last.GetRawText());
        Assert.Equal(last.GetProperty("id").GetString(), (await ProveAsync(driver, InvoicingDriver.Month)).GetProperty("id").GetString());
        foreach (var proof in new[] { last, present })
        {
            var signed = await new UsageApiDriver(driver.App.Http).PostAsync($"api/proofs/{proof.GetProperty("month").GetString()}/sign", new { id = proof.GetProperty("id").GetString() });
            Assert.Equal(200, signed.Status);
        }

        var customer = await MakeMailUnknownAsync(storage);
        await RemoveLineAsync(driver, item);
        var refund = driver.Stripe.Refunds.Refund(stripeInvoice, 100).Id;

        (last, present) = (await ProveAsync(driver, InvoicingDriver.Month), await ProveAsync(driver, $"{Present}"));
        Assert.Equal([("amounts_mailed", "mail", $"{InvoicingDriver.Month}/{customer}")], Differences(last));
        Assert.Equal([("usage_items", "item", item), ("refunds", "refund", refund)], Differences(present));
        Assert.Equal([item, refund], present.GetProperty("compared").GetProperty("lines").EnumerateArray().SelectMany(line => line.GetProperty("new").EnumerateArray()).Select(IdOf));
        Assert.NotEqual(JsonValueKind.Null, present.GetProperty("compared").GetProperty("signed_at").ValueKind);

        var page = await driver.App.Http.GetStringAsync($"api/proofs/{Present}.html", Token);
        Assert.Contains(refund, page, StringComparison.Ordinal);
        Assert.Contains("@page", page, StringComparison.Ordinal);
        Assert.Contains("What has changed since", page, StringComparison.Ordinal);
    }

    private static bool IsEqual(JsonElement proof) => proof.GetProperty("equal").ValueKind == JsonValueKind.True;

    private static string? IdOf(JsonElement difference) => difference.GetProperty("id").GetString();

    private static IEnumerable<(string?, string?, string?)> Differences(JsonElement proof) => proof.GetProperty("lines").EnumerateArray().SelectMany(line =>
        line.GetProperty("differences").EnumerateArray().Select(difference => (line.GetProperty("name").GetString(), difference.GetProperty("kind").GetString(), IdOf(difference))));

    private static Task<JsonElement> ProveAsync(InvoicingDriver driver, string month) => driver.App.Http.GetFromJsonAsync<JsonElement>($"api/proofs/{month}.json", Token);

    /// <returns>The id of an item that Stripe has.</returns>
    private static async Task<string> AddUsageAsync(InvoicingDriver driver)
    {
        var usage = new UsageApiDriver(driver.App.Http);
        var invoice = await usage.AddInvoiceAsync(await usage.AddOrganizationAsync(), $"{Present}");
        var (first, second) = (await usage.AddItemAsync(invoice, 700, TimeProvider.System.GetUtcNow()), await usage.AddItemAsync(invoice, 900, TimeProvider.System.GetUtcNow()));
        await usage.SyncedAsync(first);
        await usage.SyncedAsync(second);
        return first;
    }

    /// <returns>The id of a paid invoice.</returns>
    private static async Task<string> SubscribeAsync(InvoicingDriver driver)
    {
        var customer = (await driver.Stripe.Client("sk_test_billing_functions").V1.Customers.ListAsync(cancellationToken: Token)).First().Id;
        driver.Stripe.Subscriptions.Create(customer);
        var invoice = driver.Stripe.Invoices.Of(customer).Single(invoice => invoice.Status == "paid").Id;
        await Poll.UntilAsync(
            () => driver.App.Http.GetFromJsonAsync<JsonElement>($"api/customers/{customer}/invoices", Token),
            page => page.GetProperty("data").EnumerateArray().Any(one => one.GetProperty("status").GetString() == "paid"));
        return invoice;
    }

    /// <returns>The customer.</returns>
    private static async Task<string> MakeMailUnknownAsync(string storage)
    {
        var table = new TableClient(storage, MonthlyInvoiceStore.Table);
        var row = await table.QueryAsync<TableEntity>(row => row.GetString("Status") == "Sent", cancellationToken: Token).FirstAsync(Token);
        row["Status"] = nameof(InvoiceStatus.DeliveryUnknown);
        await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, Token);
        return row.RowKey;
    }

    private static async Task RemoveLineAsync(InvoicingDriver driver, string item)
    {
        var shown = (await new UsageApiDriver(driver.App.Http).GetAsync($"api/invoice_items/{item}")).Body;
        await driver.Stripe.Client("sk_test_billing_functions").V1.Invoices.RemoveLinesAsync(
            shown.GetProperty("stripe_invoice_id").GetString(),
            new InvoiceRemoveLinesOptions { Lines = [new InvoiceLineOptions { Id = shown.GetProperty("stripe_id").GetString(), Behavior = "delete" }] },
            cancellationToken: Token);
    }
}
