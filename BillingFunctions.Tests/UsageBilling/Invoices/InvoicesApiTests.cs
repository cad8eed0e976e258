using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.UsageBilling.Invoices;

[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class InvoicesApiTests(UsageApiFixture fixture)
{
    private const string Path = "api/invoices";

    private UsageApiDriver Api => fixture.Api;

    [Theory]
    [InlineData("""{"organization_id":"$","period":"#","currency":"JPY","due_date":"2030-01-01T00:00:00+01:00"}""")]
    [InlineData("""{"invoice":{"period":"#","currency":"jpy","due_date":"2029-12-31T23:00:00Z"},"organization":"$"}""")]
    public async Task Post_WrappedOrPlain_IsThere(string body)
    {
        var organization = await Api.AddOrganizationAsync();

        var created = await Api.PostAsync(Path, body.Replace("$", organization, StringComparison.Ordinal).Replace("#", UsageApiFixture.Period, StringComparison.Ordinal));

        var shown = await Api.GetAsync($"{Path}/{created.Id}");
        Assert.Equal((201, $"/{Path}/{created.Id}"), (created.Status, created.Location));
        Assert.Equal((organization, UsageApiFixture.Period, "jpy", "open"), (shown.Text("organization_id"), shown.Text("period"), shown.Text("currency"), shown.Text("status")));
        Assert.Equal("2029-12-31T23:00:00Z", shown.Text("due_date"));
        Assert.Equal(created.Tag, shown.Tag);
    }

    [Theory]
    [InlineData("""{}""", "currency organization_id period")]
    [InlineData("""{"organization_id":"$","period":"2026-13","currency":"usd"}""", "period")]
    [InlineData("""{"organization_id":"$","period":"2026-1","currency":"usd"}""", "period")]
    [InlineData("""{"organization_id":"$","period":"9999-12","currency":"usd"}""", "period")]
    [InlineData("""{"organization_id":"$","period":202603,"currency":"usd"}""", "period")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"xxx"}""", "currency")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"usd","due_date":"2026-04-01T00:00:00"}""", "due_date")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"usd","invoiced_at":"0001-01-01T00:00:00Z"}""", "invoiced_at")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"usd","status":"paid"}""", "status")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"usd","status":"void"}""", "status")]
    [InlineData("""{"organization_id":"$","period":"2026-03","currency":"usd","stripe_invoices":[]}""", "stripe_invoices")]
    [InlineData("""{"organization_id":"org_0123456789abcdef00000001","period":"2026-03","currency":"usd"}""", "organization_id")]
    [InlineData("""{"organization":"cus_1","period":"2026-03","currency":"usd"}""", "organization")]
    public async Task Post_Wrong_NamesTheFieldsAndAddsNothing(string body, string fields)
    {
        var organization = await Api.AddOrganizationAsync();

        var refused = await Api.PostAsync(Path, body.Replace("$", organization, StringComparison.Ordinal));

        Assert.Equal((422, fields), (refused.Status, string.Join(' ', refused.Fields)));
        Assert.Empty((await Api.GetAsync($"api/organizations/{organization}/invoices")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_IsOne()
    {
        var (organization, key) = (await Api.AddOrganizationAsync(), Guid.NewGuid().ToString());
        var body = new { organization_id = organization, period = UsageApiFixture.Period, currency = "usd" };

        var first = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var again = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var other = await Api.PostAsync(Path, new { organization_id = organization, period = UsageApiFixture.Period, currency = "eur" }, ("Idempotency-Key", key));

        Assert.Equal((201, 201, first.Id, 422), (first.Status, again.Status, again.Id, other.Status));
        Assert.Single((await Api.GetAsync($"api/organizations/{organization}/invoices")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Patch_KeepsWhatIsNotNamed_PutClearsIt()
    {
        var id = await AddAsync();
        await Api.PatchAsync($"{Path}/{id}", new { due_date = "2030-01-01T00:00:00Z", invoiced_at = "2029-12-01T00:00:00Z" });

        var patched = await Api.PatchAsync($"{Path}/{id}", """{"invoice":{"due_date":"2030-02-01T00:00:00Z"}}""");
        var put = await Api.PutAsync($"{Path}/{id}", new { invoiced_at = "2029-12-02T00:00:00Z" });

        Assert.Equal(("2030-02-01T00:00:00Z", "2029-12-01T00:00:00Z"), (patched.Text("due_date"), patched.Text("invoiced_at")));
        Assert.Equal((null, "2029-12-02T00:00:00Z", "usd"), (put.Text("due_date"), put.Text("invoiced_at"), put.Text("currency")));
    }

    [Theory]
    [InlineData("""{"period":"2026-03"}""", "period")]
    [InlineData("""{"currency":"eur"}""", "currency")]
    [InlineData("""{"organization":"org_0123456789abcdef00000001"}""", "organization")]
    public async Task Patch_WhatCannotChange_NamesTheField(string body, string field)
    {
        var refused = await Api.PatchAsync($"{Path}/{await AddAsync()}", body);

        Assert.Equal((422, field), (refused.Status, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task Patch_StaleVersion_Is412()
    {
        var id = await AddAsync();
        var read = await Api.GetAsync($"{Path}/{id}");
        await Api.PatchAsync($"{Path}/{id}", new { due_date = "2030-01-01T00:00:00Z" }, ("If-Match", read.Tag!));

        var stale = await Api.PatchAsync($"{Path}/{id}", new { due_date = "2031-01-01T00:00:00Z" }, ("If-Match", read.Tag!));

        Assert.Equal((412, "2030-01-01T00:00:00Z"), (stale.Status, (await Api.GetAsync($"{Path}/{id}")).Text("due_date")));
    }

    [Fact]
    public async Task Close_WithItems_IsClosedAndTakesNoMore()
    {
        var id = await AddAsync();
        var item = await Api.AddItemAsync(id, 1200, UsageApiFixture.Now);

        var closing = await Api.PostAsync($"{Path}/{id}/close", null);
        var closed = await Api.UntilAsync($"{Path}/{id}", invoice => invoice.GetProperty("status").GetString() == "closed");

        Assert.Equal((202, "closing"), (closing.Status, closing.Text("status")));
        Assert.Equal(1, closed.GetProperty("stripe_invoices").GetArrayLength());
        Assert.Equal([item], fixture.LinesOf(id).Select(UsageApiFixture.ItemOf));
        var late = await Api.PostAsync("api/invoice_items", new { invoice = id, amount = 1 });
        Assert.Equal((422, "invoice"), (late.Status, Assert.Single(late.Fields)));
        Assert.Equal(409, (await Api.PatchAsync($"{Path}/{id}", new { due_date = "2030-01-01T00:00:00Z" })).Status);
        Assert.Equal((202, "closed"), ((await Api.PostAsync($"{Path}/{id}/close", null)).Status, (await Api.GetAsync($"{Path}/{id}")).Text("status")));
        Assert.Equal(409, (await Api.DeleteAsync($"{Path}/{id}")).Status);
    }

    [Fact]
    public async Task Delete_SyncedItems_IsRefusedUntilTheyAreDeleted()
    {
        var id = await AddAsync();
        var item = await Api.AddItemAsync(id, 100, UsageApiFixture.Now);
        await Api.SyncedAsync(item);
        var refused = await Api.DeleteAsync($"{Path}/{id}");
        await Api.DeleteAsync($"api/invoice_items/{item}");

        await Poll.UntilAsync(() => Api.DeleteAsync($"{Path}/{id}"), deleted => deleted.Status != 409, TimeSpan.FromSeconds(30));

        Assert.Equal(409, refused.Status);
        Assert.Contains("synced to Stripe", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}")).Status);
        Assert.Empty(fixture.DraftsOf(id));
    }

    [Fact]
    public async Task Patch_Void_TakesNoItemsAndLeavesNoDraft()
    {
        var id = await AddAsync();
        var item = await Api.AddItemAsync(id, 100, UsageApiFixture.Now);
        await Api.SyncedAsync(item);
        var refused = await Api.PatchAsync($"{Path}/{id}", new { status = "void" });
        await Api.DeleteAsync($"api/invoice_items/{item}");

        await Poll.UntilAsync(() => Api.PatchAsync($"{Path}/{id}", new { status = "void" }), answer => answer.Status == 200, TimeSpan.FromSeconds(30));

        Assert.Equal(409, refused.Status);
        Assert.Empty(fixture.DraftsOf(id));
        Assert.Equal("invoice", Assert.Single((await Api.PostAsync("api/invoice_items?late=next_period", new { invoice = id, amount = 1 })).Fields));
        Assert.Equal(409, (await Api.PostAsync($"{Path}/{id}/close", null)).Status);
    }

    [Fact]
    public async Task List_OfOneOrganizationAndOfAll_HasEachOnceOldestFirst()
    {
        var organization = await Api.AddOrganizationAsync();
        var made = new List<string>();
        foreach (var currency in new[] { "usd", "eur", "gbp", "chf", "jpy" })
        {
            made.Add(await Api.AddInvoiceAsync(organization, UsageApiFixture.Period, currency));
        }

        var pages = await PagesDriver.PagesAsync(fixture.App.Http, $"api/organizations/{organization}/invoices?limit=2");
        var all = await PagesDriver.IdsAsync(fixture.App.Http, $"{Path}?limit=3");

        Assert.Equal([2, 2, 1], pages.Select(page => page.Count));
        Assert.Equal(made, pages.SelectMany(page => page).Select(invoice => invoice.GetProperty("id").GetString()));
        Assert.Equal(made, all.Where(made.Contains));
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task List_CursorOfAnotherList_NamesTheParameter()
    {
        var (mine, others) = (await AddAsync(), await AddAsync());
        var organization = (await Api.GetAsync($"{Path}/{mine}")).Text("organization_id");

        Assert.All(
            new[] { await Api.GetAsync($"api/organizations/{organization}/invoices?cursor={others}"), await Api.GetAsync($"{Path}?cursor={organization}"), await Api.GetAsync($"{Path}/{mine}/invoice_items?cursor={mine}") },
            refused => Assert.Equal((400, "cursor"), (refused.Status, Assert.Single(refused.Fields))));
    }

    [Theory]
    [InlineData("inv_none")]
    [InlineData("inv_0123456789abcdef000000010123456789abcdef00000001")]
    [InlineData("ii_0123456789abcdef000000010123456789abcdef000000010123456789abcdef00000001")]
    [InlineData("org_0123456789abcdef00000001")]
    public async Task AnyMethod_Unknown_IsNotFound(string id)
    {
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await Api.PatchAsync($"{Path}/{id}", new { })).Status);
        Assert.Equal(404, (await Api.DeleteAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await Api.PostAsync($"{Path}/{id}/close", null)).Status);
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}/invoice_items")).Status);
    }

    private async Task<string> AddAsync() => await Api.AddInvoiceAsync(await Api.AddOrganizationAsync(), UsageApiFixture.Period);
}
