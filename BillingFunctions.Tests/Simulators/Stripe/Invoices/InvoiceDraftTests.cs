using System.Text.Json;
using BillingFunctions.Simulators.Stripe;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Invoices;

public sealed class InvoiceDraftTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_CustomerOnly_IsAnEmptyDraftThatStripeLeavesAlone()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create("Ada");

        var invoice = await simulator.Client().V1.Invoices.CreateAsync(new InvoiceCreateOptions { Customer = customer }, cancellationToken: Token);

        Assert.Equal(("draft", customer, "usd", 0), (invoice.Status, invoice.CustomerId, invoice.Currency, invoice.Total));
        Assert.Equal(("charge_automatically", "manual", "Ada"), (invoice.CollectionMethod, invoice.BillingReason, invoice.CustomerName));
        Assert.Equal((false, null, null), (invoice.AutoAdvance, invoice.AutomaticallyFinalizesAt, invoice.DueDate));
        Assert.Empty(invoice.Lines.Data);
        Assert.Equal(["invoice.created"], TypesOf(simulator, invoice.Id));
    }

    [Fact]
    public async Task Create_AllThatIsKept_ComesBack()
    {
        await using var simulator = await StartAsync(time: new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)));
        var finalizesAt = new DateTime(2026, 3, 5, 0, 0, 0, DateTimeKind.Utc);
        var options = new InvoiceCreateOptions
        {
            Customer = simulator.Customers.Create(),
            AutoAdvance = true,
            AutomaticallyFinalizesAt = finalizesAt,
            CollectionMethod = "send_invoice",
            Currency = "eur",
            DaysUntilDue = 14,
            Description = "March",
            Footer = "Thanks",
            Metadata = new Dictionary<string, string> { ["month"] = "2026-03" },
            Number = "M-1",
            PendingInvoiceItemsBehavior = "exclude",
        };

        var made = await simulator.Client().V1.Invoices.CreateAsync(options, cancellationToken: Token);
        var invoice = await simulator.Client().V1.Invoices.GetAsync(made.Id, cancellationToken: Token);

        Assert.Equal((true, finalizesAt, "send_invoice"), (invoice.AutoAdvance, invoice.AutomaticallyFinalizesAt, invoice.CollectionMethod));
        Assert.Equal(("eur", "March", "Thanks", "M-1"), (invoice.Currency, invoice.Description, invoice.Footer, invoice.Number));
        Assert.Equal(new DateTime(2026, 3, 15, 0, 0, 0, DateTimeKind.Utc), invoice.DueDate);
        Assert.Equal("2026-03", simulator.Invoices.Of(options.Customer).Single().Metadata["month"]);
    }

    [Theory]
    [InlineData("customer=cus_none", "customer", "resource_missing")]
    [InlineData("", "customer", "parameter_missing")]
    [InlineData("customer={0}&nonsense=1", "nonsense", "parameter_unknown")]
    [InlineData("customer={0}&discounts[0][coupon]=c", "discounts", null)]
    [InlineData("customer={0}&currency=dollars", "currency", null)]
    [InlineData("customer={0}&collection_method=send_invoice", "days_until_due", "parameter_missing")]
    [InlineData("customer={0}&days_until_due=3", "days_until_due", null)]
    [InlineData("customer={0}&collection_method=send_invoice&days_until_due=3&due_date=4000000000", "due_date", null)]
    [InlineData("customer={0}&collection_method=send_invoice&due_date=1", "due_date", "parameter_invalid_integer")]
    public async Task Create_SomethingWrong_IsRefusedAndMakesNothing(string form, string param, string? code)
    {
        await using var simulator = await StartAsync();
        var body = form.Replace("{0}", simulator.Customers.Create(), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk_test_1");
        using var content = new StringContent(body);

        using var response = await http.PostAsync(new Uri("/v1/invoices", UriKind.Relative), content, Token);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));

        var error = json.RootElement.GetProperty("error");
        Assert.Equal((400, param), ((int)response.StatusCode, error.GetProperty("param").GetString()));
        Assert.Equal(code, error.TryGetProperty("code", out var given) ? given.GetString() : null);
        Assert.Empty(simulator.Invoices.All);
    }

    [Fact]
    public async Task Update_Draft_ChangesWhatIsSentAndTellsTheOldValues()
    {
        await using var simulator = await StartAsync();
        var draft = simulator.Invoices.Create(simulator.Customers.Create(), 100).Id;
        var options = new InvoiceUpdateOptions
        {
            AutoAdvance = true,
            Description = "March",
            Metadata = new Dictionary<string, string> { ["month"] = "2026-03" },
        };

        var updated = await simulator.Client().V1.Invoices.UpdateAsync(draft, options, cancellationToken: Token);

        Assert.Equal((true, "March", "2026-03"), (updated.AutoAdvance, updated.Description, updated.Metadata!["month"]));
        Assert.Equal(updated.Created.AddHours(1), updated.AutomaticallyFinalizesAt);
        var told = Event.FromJson(simulator.Events.JsonOf(simulator.Events.All[^1].Id));
        Assert.Equal("invoice.updated", told.Type);
        Assert.Equal(
            ["auto_advance", "automatically_finalizes_at", "description", "metadata"],
            told.RawJsonElement!.Value.GetProperty("data").GetProperty("previous_attributes").EnumerateObject().Select(old => old.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FinalizeDue_AutoAdvance_FinalizesWhenItsTimeHasCome()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await StartAsync(time: clock);
        var customer = simulator.Customers.Create();
        var (inAnHour, tomorrow) = (await CreateAsync(true), await CreateAsync(true, clock.GetUtcNow().UtcDateTime.AddDays(1)));
        await CreateAsync(false);

        Assert.Empty(simulator.Invoices.FinalizeDue());
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([inAnHour], simulator.Invoices.FinalizeDue().Select(invoice => invoice.Id));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([tomorrow], simulator.Invoices.FinalizeDue().Select(invoice => invoice.Id));

        async Task<string> CreateAsync(bool advances, DateTime? at = null) => (await simulator.Client().V1.Invoices.CreateAsync(
            new InvoiceCreateOptions { Customer = customer, AutoAdvance = advances, AutomaticallyFinalizesAt = at }, cancellationToken: Token)).Id;
    }

    [Fact]
    public async Task Update_Finalized_TakesMetadataButNothingPrinted()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var open = simulator.Invoices.Finalize(simulator.Invoices.Create(simulator.Customers.Create(), 100).Id).Id;
        var metadata = new InvoiceUpdateOptions { Metadata = new Dictionary<string, string> { ["synced"] = "yes" } };

        Assert.Equal("yes", (await invoices.UpdateAsync(open, metadata, cancellationToken: Token)).Metadata!["synced"]);

        var refused = await RefusedAsync(() => invoices.UpdateAsync(open, new InvoiceUpdateOptions { Description = "x" }, cancellationToken: Token));
        Assert.Equal((400, "invoice_not_editable"), ((int)refused.HttpStatusCode, refused.StripeError!.Code));
    }

    [Fact]
    public async Task Delete_Draft_IsGoneAndTheOthersStay()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var ids = Enumerable.Range(1, 3).Select(amount => simulator.Invoices.Create(customer, amount).Id).ToList();

        var deleted = await invoices.DeleteAsync(ids[1], cancellationToken: Token);

        Assert.Equal((ids[1], true), (deleted.Id, deleted.Deleted));
        Assert.Equal(["invoice.created", "invoice.deleted"], TypesOf(simulator, ids[1]));
        Assert.Equal([ids[2], ids[0]], (await invoices.ListAsync(cancellationToken: Token)).Select(invoice => invoice.Id));
        Assert.Equal(3, (await invoices.GetAsync(ids[2], cancellationToken: Token)).Total);
        Assert.Equal(404, (int)(await RefusedAsync(() => invoices.GetAsync(ids[1], cancellationToken: Token))).HttpStatusCode);
    }

    [Fact]
    public async Task Delete_FinalizedOrOfASubscription_IsRefused()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var open = simulator.Invoices.Finalize(simulator.Invoices.Create(customer, 100).Id).Id;
        var subscribed = simulator.Subscriptions.Create(customer).LatestInvoice!;

        Assert.Equal("invoice_not_editable", (await RefusedAsync(() => invoices.DeleteAsync(open, cancellationToken: Token))).StripeError!.Code);
        Assert.Contains("subscriptions", (await RefusedAsync(() => invoices.DeleteAsync(subscribed, cancellationToken: Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_Draft_FinalizesItFirst()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var options = new InvoiceCreateOptions { Customer = customer, CollectionMethod = "send_invoice", DaysUntilDue = 30 };
        var draft = (await invoices.CreateAsync(options, cancellationToken: Token)).Id;
        await invoices.AddLinesAsync(draft, new InvoiceAddLinesOptions { Lines = [new InvoiceLineOptions { Amount = 100 }] }, cancellationToken: Token);

        var sent = await invoices.SendInvoiceAsync(draft, cancellationToken: Token);

        Assert.Equal(("open", 100), (sent.Status, sent.AmountDue));
        Assert.Equal(["invoice.created", "invoice.updated", "invoice.finalized", "invoice.sent"], TypesOf(simulator, draft));
    }

    [Fact]
    public async Task Send_ChargedAutomatically_IsRefused()
    {
        await using var simulator = await StartAsync();
        var draft = simulator.Invoices.Create(simulator.Customers.Create(), 100).Id;

        await RefusedAsync(() => simulator.Client().V1.Invoices.SendInvoiceAsync(draft, cancellationToken: Token));

        Assert.Equal("draft", simulator.Invoices.Get(draft).Status);
    }

    [Fact]
    public async Task Finalize_BelowZero_IsPaidAndCreditedToTheCustomer()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        var draft = simulator.Invoices.Create(customer, -250).Id;

        var invoice = await simulator.Client().V1.Invoices.FinalizeInvoiceAsync(draft, cancellationToken: Token);

        Assert.Equal(("paid", -250, 0, 0), (invoice.Status, invoice.Total, invoice.AmountDue, invoice.AmountPaid));
        Assert.Equal(-250, (await simulator.Client().V1.Customers.GetAsync(customer, cancellationToken: Token)).Balance);
        Assert.Equal(["customer.created", "customer.updated"], TypesOf(simulator, customer));
    }

    private static List<string> TypesOf(StripeSimulator simulator, string id)
        => [.. simulator.Events.All.Where(happened => happened.ObjectId == id).Select(happened => happened.Type)];
}
