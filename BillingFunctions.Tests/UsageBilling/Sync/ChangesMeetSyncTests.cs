using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Stripe;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>What callers change while Stripe is being told, or has been told something else.</summary>
[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class ChangesMeetSyncTests(UsageApiFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private UsageApiDriver Api => fixture.Api;

    [Fact]
    public async Task PatchOrganization_WhileItsFormerNameIsSent_ReachesStripe()
    {
        var id = await Api.AddOrganizationAsync("First");
        var customer = (await Api.UntilAsync($"api/organizations/{id}", shown => shown.GetProperty("stripe_customer_id").ValueKind == JsonValueKind.String)).GetProperty("stripe_customer_id").GetString()!;
        fixture.Stripe.Faults.SlowAfter = TimeSpan.FromSeconds(2);
        fixture.Stripe.Faults.PlanFor(customer, Fault.Slow);
        await Api.PatchAsync($"api/organizations/{id}", new { name = "Second" });
        await Poll.UntilAsync(() => Task.FromResult(fixture.Stripe.Customers.Find(customer)!.Name), name => name == "Second", TimeSpan.FromSeconds(30));

        await Api.PatchAsync($"api/organizations/{id}", new { name = "Third" });

        await Poll.UntilAsync(() => Task.FromResult(fixture.Stripe.Customers.Find(customer)!.Name), name => name == "Third", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task DeleteInvoice_ItemThatMayBeAtStripe_IsRefused()
    {
        var invoice = await AddInvoiceAsync();
        await Api.SyncedAsync(await Api.AddItemAsync(invoice, 1, UsageApiFixture.Now));
        var draft = fixture.DraftsOf(invoice)[0].Id;
        await Api.DeleteAsync($"api/invoice_items/{(await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items"))[0]}");
        await Poll.UntilAsync(() => Task.FromResult(fixture.LinesOf(invoice)), lines => lines.Count == 0, TimeSpan.FromSeconds(30));
        fixture.Stripe.Faults.FailAlways(draft, Fault.CutBefore);
        var item = await Api.AddItemAsync(invoice, 100, UsageApiFixture.Now);
        await Poll.UntilAsync(() => Task.FromResult(fixture.Stripe.Calls.Count($"/{draft}/add_lines")), calls => calls > 1, TimeSpan.FromSeconds(30));

        var refused = await Poll.UntilAsync(
            () => Api.DeleteAsync($"api/invoices/{invoice}"), answer => answer.Status != 409 || answer.Text("detail")!.Contains("may have lines", StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        fixture.Stripe.Faults.Heal(draft);
        Assert.Equal(409, refused.Status);
        await Api.SyncedAsync(item);
        Assert.Equal(100, Assert.Single(fixture.LinesOf(invoice)).Amount);
    }

    [Fact]
    public async Task Close_LineGoneAtStripe_IsHeldUntilTheItemIsDeleted()
    {
        var invoice = await AddInvoiceAsync();
        var item = await Api.AddItemAsync(invoice, 700, UsageApiFixture.Now);
        await Api.SyncedAsync(item);
        var (draft, line) = (fixture.DraftsOf(invoice)[0].Id, fixture.LinesOf(invoice)[0].Id);
        await fixture.Stripe.Client("sk_test_billing_functions").V1.Invoices.RemoveLinesAsync(
            draft, new InvoiceRemoveLinesOptions { Lines = [new InvoiceLineOptions { Id = line, Behavior = "delete" }] }, cancellationToken: Token);

        await Api.PostAsync($"api/invoices/{invoice}/close", null);
        var held = await Api.UntilAsync($"api/invoices/{invoice}", shown => shown.GetProperty("status").GetString() == "held");

        Assert.StartsWith($"{item}: 7.00 USD is missing", Assert.Single(held.GetProperty("difference").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var reopened = await Api.PatchAsync($"api/invoices/{invoice}", new { status = "open" });
        Assert.Equal(409, reopened.Status);
        Assert.Contains("/close", reopened.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(["invoice"], (await Api.PostAsync("api/invoice_items", new { invoice, amount = 1 })).Fields);
        await Api.DeleteAsync($"api/invoice_items/{item}");
        await Api.PostAsync($"api/invoices/{invoice}/close", null);
        await Api.UntilAsync($"api/invoices/{invoice}", shown => shown.GetProperty("status").GetString() == "closed");
    }

    [Fact]
    public async Task Post_LargerThanAllowed_Is413()
    {
        var body = $$"""{"name":"{{new string('a', 64 * 1024)}}"}""";

        foreach (var path in new[] { "api/organizations", "api/invoices", "api/invoice_items" })
        {
            Assert.Equal(413, (await Api.PostAsync(path, body)).Status);
        }
    }

    private async Task<string> AddInvoiceAsync() => await Api.AddInvoiceAsync(await Api.AddOrganizationAsync(), UsageApiFixture.Period);
}
