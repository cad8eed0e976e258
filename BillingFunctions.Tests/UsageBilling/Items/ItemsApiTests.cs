using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Items;

namespace BillingFunctions.Tests.UsageBilling.Items;

[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class ItemsApiTests(UsageApiFixture fixture)
{
    private const string Path = "api/invoice_items";

    private UsageApiDriver Api => fixture.Api;

    [Theory]
    [InlineData("""{"invoice_item":{"amount":-1200,"description":"usage","product":"storage","quantity":3},"invoice":"$"}""")]
    [InlineData("""{"amount":-1200,"description":"usage","product":"storage","quantity":3,"invoice_id":"$","currency":"USD"}""")]
    public async Task Post_WrappedOrPlain_ReachesStripeOnce(string body)
    {
        var invoice = await AddInvoiceAsync();

        var created = await Api.PostAsync(Path, body.Replace("$", invoice, StringComparison.Ordinal));

        Assert.Equal((201, $"/{Path}/{created.Id}", "pending"), (created.Status, created.Location, created.Text("sync_status")));
        var synced = await Api.SyncedAsync(created.Id);
        var line = Assert.Single(fixture.LinesOf(invoice));
        Assert.Equal((line.Id, -1200, "usage"), (synced.GetProperty("stripe_id").GetString(), line.Amount, line.Description));
        Assert.Equal((created.Id, "storage", "3"), (UsageApiFixture.ItemOf(line), line.Metadata["product"], line.Metadata["quantity"]));
        Assert.StartsWith("in_", synced.GetProperty("stripe_invoice_id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_Synced_ChangesStripesLine()
    {
        var invoice = await AddInvoiceAsync();
        var id = await Api.AddItemAsync(invoice, 100, UsageApiFixture.Now, "storage");
        await Api.SyncedAsync(id);

        var patched = await Api.PatchAsync($"{Path}/{id}", """{"invoice_item":{"amount":250}}""");
        await Api.SyncedAsync(id);

        Assert.Equal((200, "pending", "storage"), (patched.Status, patched.Text("sync_status"), patched.Text("product")));
        Assert.Equal((250, "storage"), (Assert.Single(fixture.LinesOf(invoice)).Amount, fixture.LinesOf(invoice)[0].Metadata["product"]));
        await Api.PutAsync($"{Path}/{id}", new { amount = 300 });
        await Api.SyncedAsync(id);
        var line = Assert.Single(fixture.LinesOf(invoice));
        Assert.Equal((300, "Usage", null), (line.Amount, line.Description, line.Metadata.GetValueOrDefault("product")));
    }

    [Fact]
    public async Task Delete_Synced_RemovesStripesLine()
    {
        var invoice = await AddInvoiceAsync();
        var (id, other) = (await Api.AddItemAsync(invoice, 100, UsageApiFixture.Now), await Api.AddItemAsync(invoice, 200, UsageApiFixture.Now));
        await Api.SyncedAsync(id);
        await Api.SyncedAsync(other);

        var deleted = await Api.DeleteAsync($"{Path}/{id}");

        Assert.Equal((204, 404, 404), (deleted.Status, (await Api.GetAsync($"{Path}/{id}")).Status, (await Api.DeleteAsync($"{Path}/{id}")).Status));
        Assert.Equal([other], await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items"));
        await Poll.UntilAsync(() => Task.FromResult(fixture.LinesOf(invoice)), lines => lines.Count == 1 && UsageApiFixture.ItemOf(lines[0]) == other, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("""{"amount":12.5}""", "amount")]
    [InlineData("""{"amount":9223372036854775808}""", "amount")]
    [InlineData("""{"amount":1e400}""", "amount")]
    [InlineData("""{"amount":"12"}""", "amount")]
    [InlineData("""{"amount":1,"currency":"zzz"}""", "currency")]
    [InlineData("""{"amount":1,"currency":"eur"}""", "currency")]
    [InlineData("""{"amount":1,"stripe_id":"il_1"}""", "stripe_id")]
    [InlineData("""{"amount":1,"occurred_at":"2026-03-01T00:00:00"}""", "occurred_at")]
    [InlineData("""{"amount":1,"occurred_at":"2020-03-01T00:00:00Z"}""", "occurred_at")]
    [InlineData("""{"amount":1,"occurred_at":"9998-12-31T23:59:59Z"}""", "occurred_at")]
    public async Task Post_Wrong_NamesTheFieldAndAddsNothing(string body, string field)
    {
        var invoice = await AddInvoiceAsync();

        var refused = await Api.PostAsync(Path, $$"""{"invoice_item":{{body}},"invoice":"{{invoice}}"}""");

        Assert.Equal((422, field), (refused.Status, Assert.Single(refused.Fields)));
        Assert.Empty(await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items"));
    }

    [Fact]
    public async Task Post_UnknownInvoiceOrLate_NamesTheField()
    {
        var invoice = await AddInvoiceAsync();
        var unknown = new InvoiceId(InvoiceId.Parse(invoice)!.Value.OrganizationId, new string('0', UsageKey.Length));

        Assert.Equal(["invoice"], (await Api.PostAsync(Path, new { amount = 1, invoice = unknown.ToString() })).Fields);
        Assert.Equal(["late"], (await Api.PostAsync($"{Path}?late=sometime", new { amount = 1, invoice })).Fields);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("12")]
    public async Task AnyMethod_NoObject_Is400(string body)
    {
        var item = await Api.AddItemAsync(await AddInvoiceAsync(), 1, UsageApiFixture.Now);

        Assert.Equal((400, "body"), ((await Api.PostAsync(Path, body)).Status, Assert.Single((await Api.PatchAsync($"{Path}/{item}", body)).Fields)));
    }

    [Fact]
    public async Task Patch_WhatCannotChangeOrStale_ChangesNothing()
    {
        var invoice = await AddInvoiceAsync();
        var id = await Api.AddItemAsync(invoice, 100, UsageApiFixture.Now);
        await Api.SyncedAsync(id);
        var read = await Api.GetAsync($"{Path}/{id}");

        Assert.Equal(["occurred_at"], (await Api.PatchAsync($"{Path}/{id}", new { occurred_at = UsageApiFixture.LongAgo })).Fields);
        Assert.Equal(["currency"], (await Api.PatchAsync($"{Path}/{id}", new { currency = "eur" })).Fields);
        Assert.Equal(["invoice"], (await Api.PatchAsync($"{Path}/{id}", new { invoice = await AddInvoiceAsync() })).Fields);
        Assert.Equal(["amount"], (await Api.PutAsync($"{Path}/{id}", new { description = "no amount" })).Fields);
        Assert.Equal(412, (await Api.PatchAsync($"{Path}/{id}", new { amount = 5 }, ("If-Match", "\"other\""))).Status);
        Assert.Equal(read.Body.GetRawText(), (await Api.GetAsync($"{Path}/{id}")).Body.GetRawText());

        // The sync may write the version that was read once more, with the id of the line.
        var patched = await Poll.UntilAsync(
            async () => await Api.PatchAsync($"{Path}/{id}", new { amount = 5 }, ("If-Match", (await Api.GetAsync($"{Path}/{id}")).Tag!)), answer => answer.Status != 412, TimeSpan.FromSeconds(30));
        Assert.Equal((200, 5), (patched.Status, patched.Body.GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_IsOneItem()
    {
        var (invoice, key) = (await AddInvoiceAsync(), Guid.NewGuid().ToString());

        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Api.PostAsync(Path, new { invoice, amount = 100 }, ("Idempotency-Key", key))));
        var again = await Api.PostAsync(Path, new { invoice, amount = 100 }, ("Idempotency-Key", key));
        var other = await Api.PostAsync(Path, new { invoice, amount = 101 }, ("Idempotency-Key", key));

        Assert.All(all, answer => Assert.Contains(answer.Status, new[] { 201, 409 }));
        Assert.Equal((201, 422), (again.Status, other.Status));
        Assert.Equal([again.Id], await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items"));
    }

    [Fact]
    public async Task Post_LateAsAsked_IsOnOneNextInvoiceWithNotesOnBoth()
    {
        var organization = await Api.AddOrganizationAsync();
        var invoice = await Api.AddInvoiceAsync(organization, UsageApiFixture.PeriodLongAgo);
        var body = new { invoice, amount = 100, occurred_at = UsageApiFixture.LongAgo };
        var refused = await Api.PostAsync(Path, body);

        var late = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => number == 0
            ? Api.PostAsync(Path, new { body.invoice, body.amount, body.occurred_at, late = "next_period" })
            : Api.PostAsync($"{Path}?late=next_period", body)));

        Assert.Equal((422, "invoice"), (refused.Status, Assert.Single(refused.Fields)));
        Assert.Contains("late=next_period", refused.Body.GetProperty("errors").GetProperty("invoice")[0].GetString(), StringComparison.Ordinal);
        Assert.All(late, item => Assert.Equal(201, item.Status));
        var next = Assert.Single(late.Select(item => item.Text("invoice_id")).Distinct())!;
        Assert.Equal(ItemRules.NextPeriod(UsageApiFixture.LongAgo, UsageApiFixture.Now, new UsageBillingOptions()), (await Api.GetAsync($"api/invoices/{next}")).Text("period"));
        Assert.All(late, item => Assert.Contains(UsageApiFixture.PeriodLongAgo, item.Text("note"), StringComparison.Ordinal));
        var notes = (await Api.GetAsync($"api/invoices/{invoice}")).Body.GetProperty("notes").EnumerateArray().Select(note => note.GetString()).ToList();
        Assert.All(late, item => Assert.Single(notes, note => note!.Contains(item.Id, StringComparison.Ordinal)));
        Assert.Equal(2, (await PagesDriver.IdsAsync(fixture.App.Http, $"api/organizations/{organization}/invoices")).Count);
    }

    [Fact]
    public async Task Post_SixtyFourAtOnce_EachIsOnceAtStripe()
    {
        var invoice = await AddInvoiceAsync();

        var items = await Task.WhenAll(Enumerable.Range(1, 64).Select(amount => Api.AddItemAsync(invoice, amount, UsageApiFixture.Now)));

        // Not for the ids of the lines: a sender that is so slow that it loses its lease leaves them to the closing of the invoice.
        await Task.WhenAll(items.Select(id => Api.UntilAsync($"api/invoice_items/{id}", item => item.GetProperty("sync_status").GetString() == "synced")));
        var pages = await PagesDriver.PagesAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items?limit=30");
        Assert.Equal([30, 30, 4], pages.Select(page => page.Count));
        Assert.Equal(items.Order(), pages.SelectMany(page => page).Select(item => item.GetProperty("id").GetString()).Order());
        Assert.Equal(items.Order(), fixture.LinesOf(invoice).Select(UsageApiFixture.ItemOf).Order());
        Assert.Equal(Enumerable.Range(1, 64).Select(amount => (long)amount), fixture.LinesOf(invoice).Select(line => line.Amount).Order());
    }

    [Theory]
    [InlineData("ii_none")]
    [InlineData("ii_0123456789abcdef000000010123456789abcdef000000010123456789abcdef00000001")]
    [InlineData("inv_0123456789abcdef000000010123456789abcdef00000001")]
    [InlineData("batch")]
    public async Task AnyMethod_Unknown_IsNotFound(string id)
    {
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await Api.PatchAsync($"{Path}/{id}", new { amount = 1 })).Status);
        Assert.Equal(404, (await Api.DeleteAsync($"{Path}/{id}")).Status);
    }

    private async Task<string> AddInvoiceAsync() => await Api.AddInvoiceAsync(await Api.AddOrganizationAsync(), UsageApiFixture.Period);
}
