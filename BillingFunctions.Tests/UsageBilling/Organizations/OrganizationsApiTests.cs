using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.UsageBilling.Organizations;

[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class OrganizationsApiTests(UsageApiFixture fixture)
{
    private const string Path = "api/organizations";

    private UsageApiDriver Api => fixture.Api;

    [Theory]
    [InlineData("""{"name":"Acme","email":"a@example.com"}""")]
    [InlineData("""{"organization":{"name":" Acme "},"email":"a@example.com"}""")]
    public async Task Post_WrappedOrPlain_IsThere(string body)
    {
        var created = await Api.PostAsync(Path, body);

        var shown = await Api.GetAsync($"{Path}/{created.Id}");
        Assert.Equal((201, $"/{Path}/{created.Id}"), (created.Status, created.Location));
        Assert.Equal(("Acme", "a@example.com"), (shown.Text("name"), shown.Text("email")));
        Assert.StartsWith("org_", created.Id, StringComparison.Ordinal);
        Assert.NotNull(created.Tag);
    }

    [Fact]
    public async Task Post_NoCustomer_MakesOneAtStripeThatFollowsTheName()
    {
        var id = await Api.AddOrganizationAsync("First Name");
        var customer = (await Api.UntilAsync($"{Path}/{id}", shown => shown.GetProperty("stripe_customer_id").ValueKind == JsonValueKind.String)).GetProperty("stripe_customer_id").GetString()!;
        Assert.Equal(("First Name", "billing@example.com"), (fixture.Stripe.Customers.Find(customer)!.Name, fixture.Stripe.Customers.Find(customer)!.Email));

        await Api.PatchAsync($"{Path}/{id}", new { name = "Second Name" });
        await Api.PatchAsync($"{Path}/{id}", new { name = "Third Name" });

        await Poll.UntilAsync(() => Task.FromResult(fixture.Stripe.Customers.Find(customer)!.Name), name => name == "Third Name", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Post_OwnCustomer_IsKeptAndCannotBeExchanged()
    {
        var customer = fixture.Stripe.Customers.Create("Own");
        var created = await Api.PostAsync(Path, new { name = "Own", stripe_customer_id = customer });

        var exchanged = await Api.PatchAsync($"{Path}/{created.Id}", new { stripe_customer_id = "cus_other" });

        Assert.Equal(customer, created.Text("stripe_customer_id"));
        Assert.Equal((409, "stripe_customer_id"), (exchanged.Status, Assert.Single(exchanged.Fields)));
        Assert.Equal(customer, (await Api.GetAsync($"{Path}/{created.Id}")).Text("stripe_customer_id"));
    }

    [Fact]
    public async Task Patch_KeepsWhatIsNotNamed_PutReplacesIt()
    {
        var id = await Api.AddOrganizationAsync();

        var patched = await Api.PatchAsync($"{Path}/{id}", """{"organization":{"name":"New"}}""");
        var put = await Api.PutAsync($"{Path}/{id}", new { name = "Put" });
        var nameless = await Api.PutAsync($"{Path}/{id}", new { email = "b@example.com" });

        Assert.Equal(("New", "billing@example.com"), (patched.Text("name"), patched.Text("email")));
        Assert.Equal(("Put", null), (put.Text("name"), put.Text("email")));
        Assert.Equal((422, "name"), (nameless.Status, Assert.Single(nameless.Fields)));
    }

    [Fact]
    public async Task Patch_StaleVersion_ChangesNothing()
    {
        var customer = fixture.Stripe.Customers.Create("Own");
        var created = await Api.PostAsync(Path, new { name = "Old", stripe_customer_id = customer });
        var first = await Api.PatchAsync($"{Path}/{created.Id}", new { name = "New" }, ("If-Match", created.Tag!));

        var stale = await Api.PatchAsync($"{Path}/{created.Id}", new { name = "Lost" }, ("If-Match", created.Tag!));
        var staleDelete = await Api.SendAsync(HttpMethod.Delete, $"{Path}/{created.Id}", null, ("If-Match", created.Tag!));

        Assert.Equal((200, 412, 412), (first.Status, stale.Status, staleDelete.Status));
        var shown = await Api.GetAsync($"{Path}/{created.Id}");
        Assert.Equal(("New", first.Tag), (shown.Text("name"), shown.Tag));
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_IsOne()
    {
        var key = Guid.NewGuid().ToString();
        var body = new { name = "Once" };

        var first = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var again = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var other = await Api.PostAsync(Path, new { name = "Other" }, ("Idempotency-Key", key));
        var longKey = await Api.PostAsync(Path, body, ("Idempotency-Key", new string('k', 256)));

        Assert.Equal((201, 201, first.Id, first.Location), (first.Status, again.Status, again.Id, again.Location));
        Assert.Equal((422, 400), (other.Status, longKey.Status));
    }

    [Fact]
    public async Task Delete_WithInvoices_IsRefusedWithTheReason()
    {
        var (billed, free) = (await Api.AddOrganizationAsync(), await Api.AddOrganizationAsync());
        await Api.AddInvoiceAsync(billed, UsageApiFixture.Period);

        var refused = await Api.DeleteAsync($"{Path}/{billed}");
        var deleted = await Api.DeleteAsync($"{Path}/{free}");

        Assert.Equal(409, refused.Status);
        Assert.Contains("has invoices", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal((204, 404, 404), (deleted.Status, (await Api.GetAsync($"{Path}/{free}")).Status, (await Api.DeleteAsync($"{Path}/{free}")).Status));
        Assert.Equal(["organization_id"], (await Api.PostAsync("api/invoices", new { organization_id = free, period = UsageApiFixture.Period, currency = "usd" })).Fields);
    }

    [Theory]
    [InlineData("{}", 422, "name")]
    [InlineData("""{"name":" "}""", 422, "name")]
    [InlineData("""{"name":"a","email":"Acme <a@example.com>"}""", 422, "email")]
    [InlineData("""{"name":"a","stripe_customer_id":"in_1"}""", 422, "stripe_customer_id")]
    [InlineData("""{"name":"a","id":"org_1"}""", 422, "id")]
    [InlineData("""{"name":"a\u202e\u0007"}""", 422, "name")]
    [InlineData("""{"name":"a","name":"b"}""", 400, "name")]
    [InlineData("""{"name":"\ud800"}""", 400, "body")]
    [InlineData("[]", 400, "body")]
    [InlineData("null", 400, "body")]
    [InlineData("", 400, "body")]
    [InlineData("""{"name":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""", 400, "body")]
    public async Task Post_Wrong_NamesTheField(string body, int status, string field)
    {
        var refused = await Api.PostAsync(Path, body);

        Assert.Equal((status, field), (refused.Status, Assert.Single(refused.Fields)));
    }

    [Theory]
    [InlineData("org_none")]
    [InlineData("org_0123456789abcdef00000001")]
    [InlineData("ORG_0123456789ABCDEF00000001")]
    [InlineData("inv_0123456789abcdef000000010123456789abcdef00000001")]
    [InlineData("a%27%20or%20%271%27%20eq%20%271")]
    public async Task AnyMethod_Unknown_IsNotFound(string id)
    {
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await Api.PatchAsync($"{Path}/{id}", new { name = "a" })).Status);
        Assert.Equal(404, (await Api.DeleteAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}/invoices")).Status);
        Assert.Equal(404, (await Api.GetAsync($"{Path}/{id}/usage")).Status);
        Assert.Equal(404, (await Api.PostAsync($"{Path}/{id}/usage_link", null)).Status);
    }

    [Fact]
    public async Task List_PageByPage_HasEachOnce()
    {
        var made = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            made.Add(await Api.AddOrganizationAsync($"Listed {number}"));
        }

        var listed = await PagesDriver.IdsAsync(fixture.App.Http, $"{Path}?limit=3");

        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Subset(listed.ToHashSet(), made.ToHashSet());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("cursor=inv_0123456789abcdef000000010123456789abcdef00000001", "cursor")]
    [InlineData("cursor=ORG_0123456789abcdef00000001", "cursor")]
    public async Task List_NotAPage_NamesTheParameter(string query, string field)
    {
        var refused = await Api.GetAsync($"{Path}?{query}");

        Assert.Equal((400, field), (refused.Status, Assert.Single(refused.Fields)));
    }
}
