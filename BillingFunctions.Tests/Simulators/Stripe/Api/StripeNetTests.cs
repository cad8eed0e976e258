using System.Net;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Fakes;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Api;

/// <summary>Stripe.net as it is, over HTTP: what it sends is understood, and what comes back fills its entities.</summary>
public sealed class StripeNetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubscriptionFromSignUpToEnd_EveryStep_FillsTheEntities()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(change: options => options with { WebhookEndpoints = [receiver.Endpoint], WebhookConcurrency = 1 });
        var stripe = simulator.Client().V1;

        var customer = await stripe.Customers.CreateAsync(new CustomerCreateOptions { Email = "ada@example.com" }, cancellationToken: Token);
        var subscription = await stripe.Subscriptions.CreateAsync(
            new SubscriptionCreateOptions
            {
                Customer = customer.Id,
                Items = [new() { Price = "price_eur_900", Quantity = 2, Metadata = new() { ["seats & more"] = "a&b=c" } }, new() { Price = "price_eur_100" }],
                PaymentBehavior = "default_incomplete",
                Metadata = new() { ["plan"] = "pro" },
                Expand = ["customer", "latest_invoice.payments"],
            },
            cancellationToken: Token);

        var item = subscription.Items.Data[0];
        Assert.Equal((SubscriptionStatuses.Incomplete, "ada@example.com", "eur"), (subscription.Status, subscription.Customer.Email, subscription.Currency));
        Assert.Equal((900L, 2L, "month", "a&b=c"), (item.Price.UnitAmount, item.Quantity, item.Price.Recurring.Interval, item.Metadata["seats & more"]));
        Assert.Equal(item.CurrentPeriodStart.AddMonths(1), item.CurrentPeriodEnd);
        var due = subscription.LatestInvoice;
        Assert.Equal(("open", 1900L, 1900L), (due.Status, due.Total, due.AmountRemaining));
        Assert.Equal([("open", 1900L)], due.Payments.Select(payment => (payment.Status, payment.AmountRequested)));

        var paid = await stripe.Invoices.PayAsync(due.Id, new InvoicePayOptions { Expand = ["payments"] }, cancellationToken: Token);

        Assert.Equal((subscription.Id, "pro"), (paid.Parent.SubscriptionDetails.SubscriptionId, paid.Parent.SubscriptionDetails.Metadata["plan"]));
        var (line, payment) = (paid.Lines.Data[0], Assert.Single(paid.Payments));
        Assert.Equal((item.Id, "price_eur_900", 2m), (line.Parent.SubscriptionItemDetails.SubscriptionItem, line.Pricing.PriceDetails.PriceId, line.QuantityDecimal));
        Assert.Equal(("paid", "payment_intent", 1900L), (payment.Status, payment.Payment.Type, payment.AmountPaid));
        Assert.StartsWith("pi_", payment.Payment.PaymentIntentId, StringComparison.Ordinal);
        Assert.Equal(due.Payments.Data[0].Id, payment.Id);
        Assert.NotNull(paid.StatusTransitions.PaidAt);

        var canceled = await stripe.Subscriptions.CancelAsync(
            subscription.Id, new SubscriptionCancelOptions { InvoiceNow = false, Prorate = false }, cancellationToken: Token);
        var deleted = await stripe.Customers.DeleteAsync(customer.Id, cancellationToken: Token);

        Assert.Equal(SubscriptionStatuses.Canceled, canceled.Status);
        Assert.Equal("cancellation_requested", canceled.CancellationDetails.Reason);
        Assert.True(deleted.Deleted);
        await simulator.Webhooks.WhenDeliveredAsync(Token);
        var told = receiver.Raw.Select(raw => EventUtility.ConstructEvent(raw.Body, raw.Signature, WebhookReceiverFake.Secret, throwOnApiVersionMismatch: true)).ToList();
        Assert.Equal(simulator.Events.All.Select(happened => happened.Type), told.Select(one => one.Type));
        Assert.Equal(payment.Id, told.Select(one => one.Data.Object).OfType<InvoicePayment>().Single().Id);
        Assert.All(told, one => Assert.NotNull(one.Request.Id));
    }

    [Fact]
    public async Task Invoices_PaidOutOfBandOrVoided_CancelTheirPayment()
    {
        await using var simulator = await StartAsync();
        var invoices = simulator.Client().V1.Invoices;
        var customer = simulator.Customers.Create();
        var (outOfBand, voided) = (simulator.Invoices.Create(customer, 500).Id, simulator.Invoices.Create(customer, 700).Id);
        await invoices.FinalizeInvoiceAsync(outOfBand, new InvoiceFinalizeOptions { AutoAdvance = false }, cancellationToken: Token);
        await invoices.FinalizeInvoiceAsync(voided, cancellationToken: Token);

        var settled = await invoices.PayAsync(outOfBand, new InvoicePayOptions { PaidOutOfBand = true, Expand = ["payments"] }, cancellationToken: Token);
        await invoices.VoidInvoiceAsync(voided, cancellationToken: Token);
        var listed = await invoices.ListAsync(new InvoiceListOptions { Customer = customer, Expand = ["data.payments", "data.customer"] }, cancellationToken: Token);

        Assert.Equal(("paid", 500L, "canceled"), (settled.Status, settled.AmountPaidOffStripe, settled.Payments.Single().Status));
        Assert.Equal([("void", "canceled"), ("paid", "canceled")], listed.Select(invoice => (invoice.Status, invoice.Payments.Single().Status)));
        Assert.All(listed, invoice => Assert.Equal(customer, invoice.Customer.Id));
    }

    [Fact]
    public async Task Customers_Expanded_HaveWhatIsSentOnlyThen()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();
        var id = simulator.Customers.Create();
        var ended = simulator.Subscriptions.Create(id).Id;
        var running = simulator.Subscriptions.Create(id).Id;
        simulator.Subscriptions.Cancel(ended);
        List<string> fields = ["cash_balance", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids"];

        var plain = await customers.GetAsync(id, cancellationToken: Token);
        var read = await customers.GetAsync(id, new CustomerGetOptions { Expand = fields }, cancellationToken: Token);
        var listed = await customers.ListAsync(new CustomerListOptions { Expand = [.. fields.Select(field => $"data.{field}")] }, cancellationToken: Token);
        var refused = await RefusedAsync(() => customers.ListAsync(new CustomerListOptions { Expand = ["data.colour"] }, cancellationToken: Token));

        Assert.Null(plain.Subscriptions);
        Assert.All([read, listed.Single()], customer =>
        {
            Assert.Equal([running], customer.Subscriptions.Select(subscription => subscription.Id));
            Assert.Equal("automatic", customer.CashBalance.Settings.ReconciliationMode);
            Assert.Empty(customer.TaxIds);
            Assert.Empty(customer.Sources);
            Assert.Empty(customer.InvoiceCreditBalance);
            Assert.Equal("unrecognized_location", customer.Tax.AutomaticTax);
        });
        Assert.Equal((400, "expand"), ((int)refused.HttpStatusCode, refused.StripeError.Param));
    }

    [Fact]
    public async Task Context_OrAccount_IsKeptApartAndToldInEvents()
    {
        await using var simulator = await StartAsync(change: options => options with { AccountLimit = new RateLimit(1, TimeSpan.FromHours(1)) });
        var customers = simulator.Customers();

        await customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token);
        await customers.CreateAsync(new CustomerCreateOptions(), new RequestOptions { StripeAccount = "acct_1" }, Token);
        await customers.CreateAsync(new CustomerCreateOptions(), new RequestOptions { StripeContext = "org_1/acct_2" }, Token);
        var limited = await RefusedAsync(() => customers.CreateAsync(new CustomerCreateOptions(), new RequestOptions { StripeContext = "org_1/acct_2" }, Token));
        var both = await RefusedAsync(() => customers.ListAsync(null, new RequestOptions { StripeAccount = "acct_1", StripeContext = "acct_2" }, Token));

        Assert.Equal((429, 400), ((int)limited.HttpStatusCode, (int)both.HttpStatusCode));
        var told = simulator.Events.All.Select(happened => EventUtility.ParseEvent(simulator.Events.JsonOf(happened.Id)));
        Assert.Equal([null, "acct_1", "acct_2"], told.Select(one => one.Account));
    }

    [Fact]
    public async Task Events_ByTypesAndCreated_ArePagedAutomatically()
    {
        await using var simulator = await StartAsync();
        for (var i = 0; i < 25; i++)
        {
            simulator.Subscriptions.Create(simulator.Customers.Create());
        }

        var options = new EventListOptions
        {
            Types = [EventTypes.CustomerCreated, EventTypes.InvoicePaid],
            Created = new DateRangeOptions { GreaterThanOrEqual = DateTime.UnixEpoch, LessThan = DateTime.UnixEpoch.AddYears(130) },
            Limit = 7,
        };
        var found = await simulator.Client().V1.Events.ListAutoPagingAsync(options, cancellationToken: Token).ToListAsync(Token);
        options.Created = new DateRangeOptions { LessThan = DateTime.UnixEpoch.AddYears(1) };
        var none = await simulator.Client().V1.Events.ListAsync(options, cancellationToken: Token);

        Assert.Equal(50, found.DistinctBy(one => one.Id).Count());
        Assert.Equal((25, 25), (found.Count(one => one.Data.Object is Customer), found.Count(one => one.Data.Object is Invoice)));
        Assert.Empty(none);
    }

    [Fact]
    public async Task Arrays_WithoutIndexes_AreReadAsEntries()
    {
        await using var simulator = await StartAsync();
        simulator.Subscriptions.Create(simulator.Customers.Create());
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer sk_test_1");

        var json = await http.GetStringAsync(new Uri($"{simulator.BaseUrl}/v1/events?types[]=customer.created&types[]=invoice.paid"), Token);

        Assert.Equal([EventTypes.InvoicePaid, EventTypes.CustomerCreated], StripeEntity.FromJson<StripeList<Event>>(json).Select(one => one.Type));
    }

    [Fact]
    public async Task Refusals_OfEachKind_AreStripeExceptionsWithTheirFields()
    {
        await using var simulator = await StartAsync();
        var stripe = simulator.Client().V1;

        var missing = await RefusedAsync(() => stripe.Subscriptions.GetAsync("sub_none", cancellationToken: Token));
        var wrong = await RefusedAsync(() => stripe.Customers.CreateAsync(new CustomerCreateOptions { Email = "none" }, cancellationToken: Token));
        simulator.Faults.Plan(Fault.RateLimit, Fault.ServerError);
        var limited = await RefusedAsync(() => stripe.Customers.ListAsync(cancellationToken: Token));
        var failed = await RefusedAsync(() => stripe.Customers.ListAsync(cancellationToken: Token));

        Assert.Equal((404, "invalid_request_error", "resource_missing", "id"), Fields(missing));
        Assert.Equal((400, "invalid_request_error", "email_invalid", "email"), Fields(wrong));
        Assert.Equal((429, "invalid_request_error", "rate_limit", null), Fields(limited));
        Assert.Equal((500, "api_error", null, null), Fields(failed));
        Assert.Equal("global-rate", limited.StripeResponse.Headers.GetValues("Stripe-Rate-Limited-Reason").Single());
        Assert.All([missing, wrong, limited, failed], refused => Assert.Matches("^req_", refused.StripeResponse.RequestId));
        Assert.All([missing, wrong, limited, failed], refused => Assert.Contains(refused.StripeResponse.RequestId, refused.StripeError.RequestLogUrl, StringComparison.Ordinal));

        static (int Status, string Type, string? Code, string? Param) Fields(StripeException refused)
            => ((int)refused.HttpStatusCode, refused.StripeError.Type, refused.StripeError.Code, refused.StripeError.Param);
    }

    [Fact]
    public async Task ShouldRetry_IfSent_IsFollowed()
    {
        await using var simulator = await StartAsync(1);
        var customers = simulator.Client(retries: 1).V1.Customers;

        simulator.Faults.Plan(Fault.LockTimeout);
        Assert.Single(await customers.ListAsync(cancellationToken: Token));
        simulator.Faults.Plan(Fault.ServerError);
        simulator.Faults.ServerErrorAdvice = false;
        var failed = await RefusedAsync(() => customers.ListAsync(cancellationToken: Token));

        Assert.Equal([429, 200, 500], simulator.Calls.Latest.Select(call => call.Status));
        Assert.Equal(HttpStatusCode.InternalServerError, failed.HttpStatusCode);
    }
}
