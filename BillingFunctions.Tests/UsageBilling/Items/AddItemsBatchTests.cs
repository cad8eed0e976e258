using System.Text.Json;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.UsageBilling.Items;

[Collection(nameof(UsageApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class AddItemsBatchTests(UsageApiFixture fixture)
{
    private const string Path = "api/invoice_items/batch";

    private UsageApiDriver Api => fixture.Api;

    [Fact]
    public async Task Post_GoodAndBad_HasAnOutcomeForEachInOrder()
    {
        var (invoice, other) = (await AddInvoiceAsync(), await AddInvoiceAsync());

        var answer = await Api.PostAsync(Path, $$$"""
            {"invoice_id":"{{{invoice}}}","invoice_items":[
              {"amount":1},{"amount":1.5},{"invoice_item":{"amount":2}},{"amount":3,"invoice_id":"{{{other}}}"},{"amount":4,"currency":"eur"},7,{"amount":5,"oops":1},{"amount":-6}]}
            """);

        Assert.Equal((200, 4, 4), (answer.Status, answer.Body.GetProperty("created").GetInt32(), answer.Body.GetProperty("refused").GetInt32()));
        var outcomes = answer.Body.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 8), outcomes.Select(outcome => outcome.GetProperty("index").GetInt32()));
        Assert.Equal(["", "amount", "", "", "currency", "invoice_item", "oops", ""], outcomes.Select(outcome => outcome.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Single().Name : ""));
        Assert.Equal([1, 2, -6], (await PagesDriver.ItemsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items")).Select(item => item.GetProperty("amount").GetInt64()));
        Assert.Equal(outcomes[3].GetProperty("id").GetString(), Assert.Single(await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{other}/invoice_items")));
    }

    [Fact]
    public async Task Post_ThousandRepeatedWithTheSameKey_AddsThemOnce()
    {
        var (invoice, key) = (await AddInvoiceAsync(), Guid.NewGuid().ToString());
        var body = Batch(invoice, 1_000);

        var first = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var again = await Api.PostAsync(Path, body, ("Idempotency-Key", key));
        var other = await Api.PostAsync(Path, Batch(invoice, 999), ("Idempotency-Key", key));

        Assert.Equal((200, 200, 422), (first.Status, again.Status, other.Status));
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        var ids = first.Body.GetProperty("data").EnumerateArray().Select(outcome => outcome.GetProperty("id").GetString()!).ToList();
        Assert.Equal(ids, await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items?limit=100"));
    }

    [Fact]
    public async Task Close_MoreItemsThanAnInvoiceOfStripeTakes_HasEachOnceInSeveral()
    {
        var invoice = await AddInvoiceAsync();
        var added = await Api.PostAsync(Path, Batch(invoice, 260));
        var ids = added.Body.GetProperty("data").EnumerateArray().Select(outcome => outcome.GetProperty("id").GetString()!).ToList();

        await Api.PostAsync($"api/invoices/{invoice}/close", null);
        await Poll.UntilAsync(() => Api.GetAsync($"api/invoices/{invoice}"), answer => answer.Text("status") == "closed");

        Assert.Equal(ids.Order(), fixture.LinesOf(invoice).Select(UsageApiFixture.ItemOf).Order());
        Assert.All(fixture.DraftsOf(invoice), draft => Assert.InRange(draft.Lines.Count, 1, 250));
    }

    [Theory]
    [InlineData("""{"invoice_items":[]}""", "invoice_items")]
    [InlineData("[]", "invoice_items")]
    [InlineData("{}", "invoice_items")]
    [InlineData("null", "invoice_items")]
    [InlineData("""{"invoice_items":{"amount":1}}""", "invoice_items")]
    [InlineData("""{"invoice_items":[{"amount":1}],"invoices":"inv_1"}""", "invoices")]
    public async Task Post_NoBatch_NamesTheField(string body, string field)
    {
        var refused = await Api.PostAsync(Path, body);

        Assert.Equal((422, field), (refused.Status, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task Post_TooMany_AddsNone()
    {
        var invoice = await AddInvoiceAsync();

        var refused = await Api.PostAsync(Path, Batch(invoice, 1_001));

        Assert.Equal((422, "invoice_items"), (refused.Status, Assert.Single(refused.Fields)));
        Assert.Contains("there are 1001", refused.Body.GetProperty("errors").GetProperty("invoice_items")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(await PagesDriver.IdsAsync(fixture.App.Http, $"api/invoices/{invoice}/invoice_items"));
    }

    [Fact]
    public async Task Post_TooLarge_Is413() => Assert.Equal(413, (await Api.PostAsync(Path, $"[{new string(' ', 4 * 1024 * 1024)}]")).Status);

    [Fact]
    public async Task Post_UnknownInvoice_RefusesEach()
    {
        var answer = await Api.PostAsync(Path, Batch("inv_0123456789abcdef000000010123456789abcdef00000001", 3));

        Assert.Equal((200, 3), (answer.Status, answer.Body.GetProperty("refused").GetInt32()));
    }

    private static string Batch(string invoice, int count) =>
        JsonSerializer.Serialize(new { invoice, invoice_items = Enumerable.Range(1, count).Select(amount => new { amount, product = "storage", occurred_at = UsageApiFixture.Now }) });

    private async Task<string> AddInvoiceAsync() => await Api.AddInvoiceAsync(await Api.AddOrganizationAsync(), UsageApiFixture.Period);
}
