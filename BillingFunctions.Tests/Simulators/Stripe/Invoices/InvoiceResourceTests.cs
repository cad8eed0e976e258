using BillingFunctions.Simulators.Stripe.Api;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Invoices;

public sealed class InvoiceResourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_Filters_ByCustomerSubscriptionAndStatus()
    {
        await using var simulator = await StartAsync();
        var (ada, bea) = (simulator.Customers.Create(), simulator.Customers.Create());
        var paid = simulator.Subscriptions.Create(ada);
        var draft = simulator.Invoices.Create(ada, 500).Id;
        var open = simulator.Invoices.Finalize(simulator.Invoices.Create(bea, 700, "eur").Id).Id;

        Assert.Equal([open, draft, paid.LatestInvoice!], await IdsAsync(new InvoiceListOptions { Limit = 1 }));
        Assert.Equal([draft, paid.LatestInvoice!], await IdsAsync(new InvoiceListOptions { Customer = ada }));
        Assert.Equal([paid.LatestInvoice!], await IdsAsync(new InvoiceListOptions { Subscription = paid.Id }));
        Assert.Equal([open], await IdsAsync(new InvoiceListOptions { Status = "open" }));
        Assert.Empty(await IdsAsync(new InvoiceListOptions { DueDate = new DateRangeOptions { GreaterThan = DateTime.UnixEpoch } }));

        async Task<List<string>> IdsAsync(InvoiceListOptions options)
            => await simulator.Client().V1.Invoices.ListAutoPagingAsync(options, cancellationToken: Token).Select(found => found.Id).ToListAsync(Token);
    }

    [Fact]
    public async Task Verbs_EachOnce_MakeTheirEventsAndStatuses()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var (paid, voided, written) = (Create(), Create(), Create());

        Assert.Equal("open", (await invoices.FinalizeInvoiceAsync(paid, cancellationToken: Token)).Status);
        Assert.Equal("paid", (await invoices.PayAsync(paid, new InvoicePayOptions { PaidOutOfBand = true }, cancellationToken: Token)).Status);
        await invoices.FinalizeInvoiceAsync(voided, cancellationToken: Token);
        Assert.Equal("void", (await invoices.VoidInvoiceAsync(voided, cancellationToken: Token)).Status);
        simulator.Invoices.Finalize(written);
        Assert.NotNull((await invoices.GetAsync(simulator.Invoices.MarkUncollectible(written).Id, cancellationToken: Token)).StatusTransitions!.MarkedUncollectibleAt);
        await invoices.PayAsync(written, cancellationToken: Token);

        Assert.Equal(["invoice.created", "invoice.finalized", "invoice.paid"], TypesOf(paid));
        Assert.Equal(["invoice.created", "invoice.finalized", "invoice.voided"], TypesOf(voided));
        Assert.Equal(
            ["invoice.created", "invoice.finalized", "invoice.marked_uncollectible", "invoice.paid", "invoice.payment_succeeded"], TypesOf(written));

        string Create() => simulator.Invoices.Create(customer, 100).Id;
        List<string> TypesOf(string id) => [.. simulator.Events.All.Where(happened => happened.ObjectId == id).Select(happened => happened.Type)];
    }

    [Fact]
    public async Task Verbs_InTheWrongStatus_AreRefused()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var draft = simulator.Invoices.Create(customer, 100).Id;
        var paid = simulator.Invoices.Pay(simulator.Invoices.Create(customer, 100).Id).Id;

        await AssertRefusedAsync(400, () => invoices.VoidInvoiceAsync(draft, cancellationToken: Token));
        await AssertRefusedAsync(400, () => invoices.PayAsync(paid, cancellationToken: Token));
        await AssertRefusedAsync(400, () => invoices.FinalizeInvoiceAsync(paid, cancellationToken: Token));
        await AssertRefusedAsync(400, () => invoices.VoidInvoiceAsync(paid, cancellationToken: Token));
        await AssertRefusedAsync(404, () => invoices.PayAsync("in_none", cancellationToken: Token));
        await AssertRefusedAsync(404, () => invoices.GetAsync("in_none", cancellationToken: Token));
        Assert.Throws<StripeRefusalException>(() => simulator.Invoices.FailPayment(draft));

        static async Task AssertRefusedAsync(int status, Func<Task> call) => Assert.Equal(status, (int)(await RefusedAsync(call)).HttpStatusCode);
    }

    [Fact]
    public async Task Get_VersionOfTheCallOrOfTheAccount_ShapesTheAnswer()
    {
        await using var simulator = await StartAsync(change: options => options with { ApiVersion = StripeApiVersions.BeforeBasil });
        var subscription = simulator.Subscriptions.Create(simulator.Customers.Create());

        var invoice = await simulator.Client().V1.Invoices.GetAsync(subscription.LatestInvoice!, cancellationToken: Token);
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk_test_1");
        var old = Invoice.FromJson(await http.GetStringAsync(new Uri($"/v1/invoices/{subscription.LatestInvoice}", UriKind.Relative), Token));

        Assert.Equal(subscription.Id, invoice.Parent?.SubscriptionDetails?.SubscriptionId);
        Assert.Null(old.Parent);
        Assert.Equal(subscription.Id, old.RawJsonElement!.Value.GetProperty("subscription").GetString());
        Assert.Equal(subscription.Id, old.RawJsonElement.Value.GetProperty("lines").GetProperty("data")[0].GetProperty("subscription").GetString());
    }

    [Fact]
    public async Task List_ExpandCustomer_GivesTheWholeCustomer()
    {
        await using var simulator = await StartAsync();
        simulator.Invoices.Create(simulator.Customers.Create("Ada"), 100);
        var options = new InvoiceListOptions();
        options.AddExpand("data.customer");

        Assert.Equal("Ada", (await simulator.Client().V1.Invoices.ListAsync(options, cancellationToken: Token)).Single().Customer?.Name);

        options.AddExpand("customer");
        Assert.Equal("expand", (await RefusedAsync(() => simulator.Client().V1.Invoices.ListAsync(options, cancellationToken: Token))).StripeError!.Param);
    }
}
