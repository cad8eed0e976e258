using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BillingFunctions.Tests.Insight.Explain;

/// <summary>One thing of each kind, explained by the running app.</summary>
[Collection(nameof(DashboardTests))]
public sealed class ExplainTests(DashboardFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Invoice_TellsEachCallItsAnswerAndWhoAskedForMore()
    {
        var month = BillingMonth.From(Now.AddMonths(-3)).ToString();
        var id = Enumerable.Range(0, 100).Select(number => $"explained-{number}").First(id => fixture.Invoicing.Amounts.AmountOf(id, month).IsCharged);
        await fixture.Invoicing.SeedAsync([new BilledCustomer(id, Now, "", "explained@example.com", "Ann", "", fixture.Invoicing.Amounts.CurrencyOf(id))]);
        using var run = await fixture.App.Http.PostAsync($"api/invoicing/{month}/runs", null, Token);
        run.EnsureSuccessStatusCode();
        var sent = await ExplainedAsync("invoice", $"{month}/{id}", life => life.GetProperty("status").GetString() == "sent");
        using var retry = await fixture.App.Http.PostAsync($"api/invoicing/{month}/retry_emails", null, Token);

        var life = await ExplainedAsync("invoice", $"{month}/{id}", life => Whats(life).Contains("retry_emails: done."));

        Assert.Equal(["operator", "received", "attempted", "attempted", "attempted", "operator"], Steps(life).Where(step => step != "decided"));
        Assert.Equal([202, 200, 250, 200], Codes(life));
        Assert.Equal("start_invoicing: done.", Whats(life).First());
        Assert.All(life.GetProperty("timeline").EnumerateArray().Where(entry => StepOf(entry) == "attempted"), entry => Assert.Matches("^[0-9a-f]{32}$", entry.GetProperty("call_id").GetString()));
        Assert.Equal(JsonValueKind.Null, life.GetProperty("next").ValueKind);

        var mail = await ExplainAsync("mail", $"{month}:{id}");
        Assert.Contains("Message-ID", mail.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var messageId = mail.GetProperty("reason").GetString()!.Split("Message-ID ")[1].Split(',')[0];
        Assert.Contains($"<{messageId}>", fixture.Invoicing.Smtp.Received.Select(received => received["Message-ID"]));
        Assert.Equal(mail.GetProperty("timeline").GetRawText(), (await ExplainAsync("mail", $"<{messageId}>")).GetProperty("timeline").GetRawText());
        Assert.Equal("sent", sent.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Item_TellsTheRequestThatBroughtItToStripe_AndItsInvoiceWhatIsNext()
    {
        var organization = await fixture.Usage.AddOrganizationAsync();
        var invoice = await fixture.Usage.AddInvoiceAsync(organization, BillingMonth.From(Now).ToString());
        var item = await fixture.Usage.AddItemAsync(invoice, 700, Now);
        await fixture.Usage.SyncedAsync(item);

        var life = await ExplainAsync("item", item);

        Assert.Equal("synced", life.GetProperty("status").GetString());
        var sent = Assert.Single(life.GetProperty("timeline").EnumerateArray(), entry => StepOf(entry) == "attempted");
        Assert.StartsWith("req_", sent.GetProperty("stripe_request_id").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, sent.GetProperty("attempt").GetInt32());
        Assert.Contains("700 usd", sent.GetProperty("detail").GetString(), StringComparison.Ordinal);

        var whole = await ExplainAsync("invoice", invoice);
        Assert.Equal("open", whole.GetProperty("status").GetString());
        Assert.Contains("closed after the month's end", whole.GetProperty("next").GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubscriptionItsCustomerAndItsEvents_TellTheSameStory()
    {
        var now = Now.AddMinutes(-1).ToUnixTimeSeconds(); // the timeline is by time: none of these events may be newer than its delivery;
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json("evt_why_customer", "customer.created", now, new { id = "cus_why", @object = "customer", name = "Why", email = "why@example.com", created = now, livemode = false }));
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json("evt_why_made", "customer.subscription.created", now, StripeObjectBuilder.Subscription("active", id: "sub_why", customer: "\"cus_why\"", start: now)));
        await fixture.Webhooks.DeliverAsync(StripeEventBuilder.Json("evt_why_paid", "invoice.paid", now + 1, StripeObjectBuilder.Invoice(subscription: "\"sub_why\"", customer: "\"cus_why\"", start: now)));

        var subscription = await ExplainedAsync("subscription", "sub_why", life => life.GetProperty("status").GetString() == "paid");
        Assert.Contains("invoice.paid: unpaid to paid.", Whats(subscription));
        Assert.Contains("evt_why_paid", subscription.GetProperty("related").GetRawText(), StringComparison.Ordinal);

        var paid = await ExplainedAsync("webhook_event", "evt_why_paid", life => life.GetProperty("status").GetString() == "applied");
        Assert.Equal(["received", "received", "decided"], Steps(paid));
        Assert.Contains("sub_why", paid.GetProperty("related").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("cus_why", paid.GetProperty("related").GetRawText(), StringComparison.Ordinal);

        using var replayed = await fixture.App.Http.PostAsync("api/webhook_events/evt_why_paid/replay", null, Token);
        var again = await ExplainedAsync("webhook_event", "evt_why_paid", life => Steps(life).Contains("operator"));
        Assert.Contains("replay_webhook_event: done.", Whats(again));

        var customer = await ExplainedAsync("customer", "cus_why", life => Whats(life).Contains("It was created."));
        Assert.Equal("active", customer.GetProperty("status").GetString());
        Assert.Contains("evt_why_customer", customer.GetProperty("related").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_TellsWhoAskedAndWhatCameOfIt()
    {
        var exports = new ExportsDriver(fixture.App);
        var id = await exports.StartAsync(new { target_directory = "exports", file_name = "explained.csv" });
        await exports.CompleteAsync(id, TimeSpan.FromMinutes(1));

        var life = await ExplainAsync("export", id);

        Assert.Equal(["An export to exports/explained.csv was asked for.", "The file was written."], Whats(life).Where(what => !what.Contains(':', StringComparison.Ordinal)));
        Assert.StartsWith("key ", life.GetProperty("timeline")[0].GetProperty("by").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invoices", "2026-10/42", HttpStatusCode.BadRequest)]
    [InlineData("invoice", "2026-13/42", HttpStatusCode.NotFound)]
    [InlineData("invoice", "nothing", HttpStatusCode.NotFound)]
    [InlineData("item", "ii_1", HttpStatusCode.NotFound)]
    [InlineData("mail", "2026-10.00@example.com", HttpStatusCode.NotFound)]
    [InlineData("subscription", "sub_none", HttpStatusCode.NotFound)]
    [InlineData("customer", "none", HttpStatusCode.NotFound)]
    [InlineData("export", "exp_1", HttpStatusCode.NotFound)]
    [InlineData("webhook_event", "evt_none", HttpStatusCode.NotFound)]
    public async Task Unknown_IsAProblem(string kind, string id, HttpStatusCode status)
    {
        using var answer = await fixture.App.Http.GetAsync(AddressOf(kind, id), Token);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Page_BehindAnId_ShowsTheTimeline()
    {
        var organization = await fixture.Usage.AddOrganizationAsync();
        var invoice = await fixture.Usage.AddInvoiceAsync(organization, BillingMonth.From(Now).ToString());
        await fixture.Usage.SyncedAsync(await fixture.Usage.AddItemAsync(invoice, 900, Now));
        await using var tab = await fixture.OpenAsync($"/dashboard/organizations?invoice={invoice}");

        await tab.Page.Locator("#items").GetByRole(AriaRole.Link, new() { Name = "why" }).ClickAsync();

        await Expect(tab.Page.Locator("ol.timeline")).ToContainTextAsync("Stripe has the line.");
        await Expect(tab.Page.Locator("ol.timeline")).ToContainTextAsync("request req_");
        await tab.CheckAccessibilityAsync();
        await tab.CheckFitsPhoneAsync();
    }

    private static string AddressOf(string kind, string id) => $"api/explain/{kind}/{Uri.EscapeDataString(id)}";

    private static string StepOf(JsonElement entry) => entry.GetProperty("step").GetString()!;

    private static IEnumerable<string> Steps(JsonElement life) => life.GetProperty("timeline").EnumerateArray().Select(StepOf);

    private static IEnumerable<string> Whats(JsonElement life) => life.GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()!);

    private static IEnumerable<int> Codes(JsonElement life) => life.GetProperty("timeline").EnumerateArray()
        .Select(entry => entry.GetProperty("reply_code")).Where(code => code.ValueKind == JsonValueKind.Number).Select(code => code.GetInt32());

    private Task<JsonElement> ExplainAsync(string kind, string id) => ExplainedAsync(kind, id, _ => true);

    private Task<JsonElement> ExplainedAsync(string kind, string id, Func<JsonElement, bool> isIt) => Poll.UntilAsync(
        async () =>
        {
            using var answer = await fixture.App.Http.GetAsync(AddressOf(kind, id), Token);
            return answer.StatusCode == HttpStatusCode.NotFound ? default : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Token);
        },
        life => life.ValueKind == JsonValueKind.Object && isIt(life),
        TimeSpan.FromMinutes(1));
}
