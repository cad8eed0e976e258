using System.Text.Json;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.UsageBilling.Sync.Calls;

/// <summary>The same usage for real and in shadow mode.</summary>
public sealed class ShadowCallsTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Life_OfAnInvoiceInShadowMode_EndsAsForRealWithoutACallThatWrites()
    {
        await using var real = await StartAsync();
        await using var shadow = await StartAsync(("Shadow__Enabled", "true"));

        var (there, here) = (await PlayAsync(real), await PlayAsync(shadow));

        Assert.Equal(there.Items, here.Items);
        Assert.Equal((UsageInvoiceStatus.Closed, UsageInvoiceStatus.Closed), (there.Invoice.Status, here.Invoice.Status));
        Assert.Equal(there.Invoice.StripeInvoices.Select(draft => draft.Lines), here.Invoice.StripeInvoices.Select(draft => draft.Lines));
        Assert.All(shadow.Stripe.Calls.Latest, call => Assert.StartsWith("GET ", call.Endpoint, StringComparison.Ordinal));

        var actions = await ActionsAsync(shadow);
        Assert.Equal(real.Stripe.Calls.Count("POST /v1/customers"), Count(ShadowOperation.CreateCustomer));
        Assert.Equal(real.Stripe.Calls.Count("POST /v1/invoices"), Count(ShadowOperation.CreateInvoice));
        Assert.Equal(real.Stripe.Calls.Count("/finalize"), Count(ShadowOperation.FinalizeInvoice));
        Assert.Equal(real.Stripe.CreditNotes.All.Count, Count(ShadowOperation.CreateCreditNote));
        Assert.Equal((20, 1, 1), (Count(ShadowOperation.AddLines), Count(ShadowOperation.UpdateLines), Count(ShadowOperation.RemoveLines)));
        Assert.True(actions.Where(action => action.Operation == ShadowOperation.AddLines).Select(action => action.Key).Distinct().Count() < 20, "Lines went one by one.");
        Assert.Equal(Assert.Single(real.Stripe.Invoices.All).Lines.Sum(line => line.Amount), Assert.Single(actions, action => action.Operation == ShadowOperation.FinalizeInvoice).Amount!.Value.Amount);

        int Count(ShadowOperation operation) => actions.Count(action => action.Operation == operation);
    }

    [Fact]
    public async Task Delete_OfAnInvoiceInShadowMode_IsRecorded()
    {
        await using var driver = await StartAsync(("Shadow__Enabled", "true"));
        var invoice = await driver.AddInvoiceAsync();
        var item = Assert.Single(await driver.AddItemsAsync(invoice, 1));
        await driver.PlayAsync();
        var stored = await driver.InvoiceAsync(invoice);

        await driver.Get<InvoiceCalls>().DeleteDraftsAsync(stored, Token);

        Assert.StartsWith("shadow_", Assert.Single(stored.StripeInvoices).Id, StringComparison.Ordinal);
        Assert.Equal([invoice.ToString()], (await ActionsAsync(driver)).Where(action => action.Operation == ShadowOperation.DeleteInvoice).Select(action => action.Subject));
        Assert.Empty(driver.LinesAtStripe()[item.ToString()]);
    }

    private async Task<UsageSyncDriver> StartAsync(params (string Name, string Value)[] settings)
    {
        var driver = await UsageSyncDriver.StartAsync(
            azurite.NewAccount(), settings: [("Sync__GroupAbove", "5"), ("Sync__RealTimeBelow", "2"), ("Sync__Finalize", "finalize"), .. settings]);
        return driver;
    }

    /// <summary>Adds, changes, removes, closes, credits; and has messages come twice.</summary>
    private static async Task<(IReadOnlyList<(SyncStatus Status, long Amount, long? Sent, long Credited)> Items, UsageInvoice Invoice)> PlayAsync(UsageSyncDriver driver)
    {
        var invoice = await driver.AddInvoiceAsync();
        await driver.PlayAsync();
        var items = await driver.AddItemsAsync(invoice, 20);
        await driver.PlayAsync();
        await driver.DeliverAsync(invoice.OrganizationId);
        await ChangeAsync(driver, items[9], 1_000);
        await driver.Get<ChangeItem>().DeleteAsync(items[10], Request("DELETE"), Token);
        await driver.PlayAsync();
        await driver.Get<CloseInvoice>().BeginAsync(invoice, Token);
        await driver.PlayAsync();
        await ChangeAsync(driver, items[9], 400);
        await driver.PlayAsync();
        await driver.DeliverAsync(invoice.OrganizationId);

        var stored = new List<(SyncStatus, long, long?, long)>();
        foreach (var id in items.Where((_, index) => index != 10))
        {
            var item = await driver.ItemAsync(id);
            stored.Add((item.SyncStatus, item.Line.Amount, item.Sent?.Amount, item.Sent?.Credited ?? 0));
        }

        return (stored, await driver.InvoiceAsync(invoice));
    }

    private static async Task ChangeAsync(UsageSyncDriver driver, ItemId item, long amount)
    {
        var (_, refusal) = await driver.Get<ChangeItem>().ReplaceAsync(item, Request("PATCH"), JsonElement.Parse($$"""{ "amount": {{amount}} }"""), Token);
        Assert.Null(refusal);
    }

    private static HttpRequest Request(string method) => new DefaultHttpContext { Request = { Method = method } }.Request;

    private static async Task<IReadOnlyList<ShadowAction>> ActionsAsync(UsageSyncDriver driver) =>
        await driver.Get<ShadowActions>().ListAsync(new ShadowFilter(), after: null, Token).ToListAsync(Token);
}
