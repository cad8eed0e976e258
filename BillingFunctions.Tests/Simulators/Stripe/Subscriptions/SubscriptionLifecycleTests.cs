using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Subscriptions;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Subscriptions;

public sealed class SubscriptionLifecycleTests
{
    private static readonly string[] PaidAtOnce =
    [
        "customer.subscription.created", "invoice.created", "invoice.finalized", "invoice.paid", "invoice.payment_succeeded",
        "invoice_payment.paid", "customer.subscription.updated",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_Paid_TellsOfItInStripesOrder()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();

        var subscription = simulator.Subscriptions.Create(new NewSubscription(customer) { Items = [new("price_eur_1250", 2)] });

        Assert.Equal(["customer.created", .. PaidAtOnce], Types(simulator));
        Assert.Equal("active", subscription.Status);
        Assert.Equal(("paid", 2500L, "eur"), Outcome(simulator.Invoices.Get(subscription.LatestInvoice!)));
        Assert.Equal(["incomplete", "active"], StatusesTold(simulator));
        Assert.Equal("incomplete", Previous(simulator, "customer.subscription.updated").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Create_DefaultIncomplete_BecomesActiveWhenPaid()
    {
        await using var simulator = await StartAsync();
        var services = simulator.Client().V1;
        var customer = await services.Customers.CreateAsync(new CustomerCreateOptions { Email = "a@b.c", Name = "Ada" }, cancellationToken: Token);
        var options = new SubscriptionCreateOptions
        {
            Customer = customer.Id,
            Items = [new SubscriptionItemOptions { Price = "price_usd_900" }],
            PaymentBehavior = "default_incomplete",
            Metadata = new() { ["plan"] = "pro" },
        };
        options.AddExpand("latest_invoice");

        var subscription = await services.Subscriptions.CreateAsync(options, new RequestOptions { IdempotencyKey = "key" }, Token);

        var invoice = subscription.LatestInvoice!;
        Assert.Equal((SubscriptionStatuses.Incomplete, customer.Id, "pro"), (subscription.Status, subscription.CustomerId, subscription.Metadata!["plan"]));
        Assert.Equal(("open", 900L, 0L, "a@b.c", "Ada", "subscription_create"), (invoice.Status, invoice.AmountDue, invoice.AmountPaid, invoice.CustomerEmail, invoice.CustomerName, invoice.BillingReason));
        Assert.Equal((subscription.Id, "pro"), (invoice.Parent!.SubscriptionDetails!.SubscriptionId, invoice.Parent.SubscriptionDetails.Metadata!["plan"]));
        Assert.NotNull(invoice.Number);
        Assert.NotNull(invoice.HostedInvoiceUrl);
        Assert.Equal(900, Assert.Single(invoice.Lines!).Amount);

        var paid = await services.Invoices.PayAsync(invoice.Id, cancellationToken: Token);

        Assert.Equal(("paid", 900L, 0L), (paid.Status, paid.AmountPaid, paid.AmountRemaining));
        Assert.NotNull(paid.StatusTransitions!.PaidAt);
        Assert.Equal(SubscriptionStatuses.Active, (await services.Subscriptions.GetAsync(subscription.Id, cancellationToken: Token)).Status);
        Assert.Equal(["customer.created", .. PaidAtOnce], Types(simulator));
        var created = await services.Events.ListAsync(new EventListOptions { Type = "customer.subscription.created" }, cancellationToken: Token);
        Assert.Equal(("key", subscription.StripeResponse!.RequestId), (created.Data[0].Request!.IdempotencyKey, created.Data[0].Request!.Id));
    }

    [Fact]
    public async Task Create_PaymentsDeclined_StaysIncompleteOrIsRefused()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        simulator.Invoices.DeclinePaymentsOf(customer);

        var subscription = simulator.Subscriptions.Create(customer);

        Assert.Equal("incomplete", subscription.Status);
        Assert.Equal("invoice.payment_failed", Types(simulator)[^1]);
        var options = new SubscriptionCreateOptions
        {
            Customer = customer,
            Items = [new SubscriptionItemOptions { Price = "price_1" }],
            PaymentBehavior = "error_if_incomplete",
        };
        var refused = await RefusedAsync(() => simulator.Client().V1.Subscriptions.CreateAsync(options, cancellationToken: Token));
        Assert.Equal((402, "card_declined", "generic_decline"), ((int)refused.HttpStatusCode, refused.StripeError!.Code, refused.StripeError.DeclineCode));
        Assert.Single(simulator.Subscriptions.All);
        var unpaid = await RefusedAsync(() => simulator.Client().V1.Invoices.PayAsync(subscription.LatestInvoice!, cancellationToken: Token));
        Assert.Equal(402, (int)unpaid.HttpStatusCode);
        Assert.Equal(2, simulator.Invoices.Get(subscription.LatestInvoice!).AttemptCount);

        Assert.Equal("incomplete_expired", simulator.Subscriptions.Expire(subscription.Id).Status);
        Assert.Equal("customer.subscription.updated", Types(simulator)[^1]);
    }

    [Fact]
    public async Task EndPeriod_PaymentFailsThenWorks_IsPastDueThenActive()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        var first = simulator.Subscriptions.Create(customer);
        simulator.Invoices.DeclinePaymentsOf(customer);
        var before = Types(simulator).Count;

        var renewed = simulator.Subscriptions.EndPeriod(first.Id);

        Assert.Equal(
            [
                "invoice.upcoming", "customer.subscription.updated", "invoice.created", "invoice.finalized", "invoice.payment_failed",
                "customer.subscription.updated",
            ],
            Types(simulator)[before..]);
        Assert.Equal(("past_due", first.PeriodEnd), (renewed.Status, renewed.PeriodStart));
        Assert.NotEqual(first.LatestInvoice, renewed.LatestInvoice);

        simulator.Invoices.Pay(renewed.LatestInvoice!);

        Assert.Equal("active", simulator.Subscriptions.Get(first.Id).Status);
        Assert.Equal("customer.subscription.updated", Types(simulator)[^1]);
    }

    [Fact]
    public async Task EndPeriod_Unpaid_LeavesDraftsToBePaidAllBeforeItIsActive()
    {
        await using var simulator = await StartAsync();
        var subscription = simulator.Subscriptions.Create(simulator.Customers.Create());
        simulator.Subscriptions.SetStatus(subscription.Id, "unpaid");

        var first = simulator.Subscriptions.EndPeriod(subscription.Id).LatestInvoice!;
        var second = simulator.Subscriptions.EndPeriod(subscription.Id).LatestInvoice!;
        Assert.Equal("draft", simulator.Invoices.Get(first).Status);
        simulator.Invoices.Finalize(second);
        simulator.Invoices.Pay(first);
        Assert.Equal("unpaid", simulator.Subscriptions.Get(subscription.Id).Status);
        simulator.Invoices.Pay(second);

        Assert.Equal("active", simulator.Subscriptions.Get(subscription.Id).Status);
    }

    [Fact]
    public async Task EndPeriod_FromThe31st_KeepsTheDay()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        await using var simulator = await StartAsync(time: clock);
        var subscription = simulator.Subscriptions.Create(simulator.Customers.Create());
        var ends = new List<DateTimeOffset>();

        for (var i = 0; i < 3; i++)
        {
            ends.Add(DateTimeOffset.FromUnixTimeSeconds(simulator.Subscriptions.Get(subscription.Id).PeriodEnd));
            simulator.Subscriptions.EndPeriod(subscription.Id);
        }

        Assert.Equal([(2, 28), (3, 31), (4, 30)], ends.Select(end => (end.Month, end.Day)));
    }

    [Fact]
    public async Task Update_CancelAtPeriodEnd_IsToldNowAndEndsLater()
    {
        await using var simulator = await StartAsync();
        var services = simulator.Client().V1.Subscriptions;
        var id = simulator.Subscriptions.Create(simulator.Customers.Create()).Id;

        var updated = await services.UpdateAsync(id, new SubscriptionUpdateOptions { CancelAtPeriodEnd = true }, cancellationToken: Token);
        Assert.True(updated.CancelAtPeriodEnd);
        Assert.Equal((updated.Items.Data[0].CurrentPeriodEnd, SubscriptionStatuses.Active), (updated.CancelAt, updated.Status));
        Assert.NotNull(updated.CanceledAt);
        Assert.Equal("customer.subscription.updated", Types(simulator)[^1]);

        var back = await services.UpdateAsync(id, new SubscriptionUpdateOptions { CancelAtPeriodEnd = false }, cancellationToken: Token);
        Assert.Null(back.CancelAt);
        Assert.Null(back.CanceledAt);
        await services.UpdateAsync(id, new SubscriptionUpdateOptions { CancelAtPeriodEnd = true }, cancellationToken: Token);

        Assert.Equal("canceled", simulator.Subscriptions.EndPeriod(id).Status);
        Assert.Equal("customer.subscription.deleted", Types(simulator)[^1]);
    }

    [Fact]
    public async Task Update_ItemsAndMetadata_AreMergedAndToldWithTheOldValues()
    {
        await using var simulator = await StartAsync();
        var services = simulator.Client().V1.Subscriptions;
        var made = simulator.Subscriptions.Create(new NewSubscription(simulator.Customers.Create())
        {
            Metadata = new Dictionary<string, string> { ["plan"] = "pro", ["seat"] = "1" },
        });

        var updated = await services.UpdateAsync(
            made.Id,
            new SubscriptionUpdateOptions
            {
                Items = [new SubscriptionItemOptions { Id = made.Items[0].Id, Quantity = 5 }, new SubscriptionItemOptions { Price = "price_usd_300" }],
                Metadata = new() { ["plan"] = "max", ["seat"] = "" },
            },
            cancellationToken: Token);

        Assert.Equal([("price_usd_1000", 5L), ("price_usd_300", 1L)], updated.Items.Select(item => (item.Price!.Id, item.Quantity)));
        Assert.Equal([("plan", "max")], updated.Metadata!.Select(pair => (pair.Key, pair.Value)));
        var previous = Previous(simulator, "customer.subscription.updated");
        Assert.Equal("""{"plan":"pro","seat":"1"}""", previous.GetProperty("metadata").GetRawText().Replace("\n", "").Replace(" ", ""));
        Assert.False(previous.TryGetProperty("status", out _));
        var before = simulator.Events.All.Count;
        await services.UpdateAsync(made.Id, new SubscriptionUpdateOptions { Metadata = new() { ["plan"] = "max" } }, cancellationToken: Token);
        Assert.Equal(before, simulator.Events.All.Count);
    }

    [Fact]
    public async Task Cancel_Twice_IsRefusedAndFinal()
    {
        await using var simulator = await StartAsync();
        var services = simulator.Client().V1.Subscriptions;
        var id = simulator.Subscriptions.Create(simulator.Customers.Create()).Id;

        var canceled = await services.CancelAsync(id, cancellationToken: Token);

        Assert.Equal(SubscriptionStatuses.Canceled, canceled.Status);
        Assert.NotNull(canceled.EndedAt);
        Assert.Equal("customer.subscription.deleted", Types(simulator)[^1]);
        Assert.Equal(404, (int)(await RefusedAsync(() => services.CancelAsync(id, cancellationToken: Token))).HttpStatusCode);
        Assert.Equal(400, (int)(await RefusedAsync(
            () => services.UpdateAsync(id, new SubscriptionUpdateOptions { CancelAtPeriodEnd = true }, cancellationToken: Token))).HttpStatusCode);
        Assert.Throws<StripeRefusalException>(() => simulator.Subscriptions.EndPeriod(id));
    }

    [Fact]
    public async Task Create_TrialOrSentInvoice_IsUsableAtOnce()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();

        var trial = simulator.Subscriptions.Create(new NewSubscription(customer) { TrialPeriodDays = 14 });
        var sent = simulator.Subscriptions.Create(new NewSubscription(customer) { CollectionMethod = "send_invoice", DaysUntilDue = 7 });

        Assert.Equal(("trialing", trial.Created + (14 * 86_400)), (trial.Status, trial.PeriodEnd));
        Assert.Equal(("paid", 0L, "usd"), Outcome(simulator.Invoices.Get(trial.LatestInvoice!)));
        var invoice = simulator.Invoices.Get(sent.LatestInvoice!);
        Assert.Equal(("active", "open", sent.Created + (7 * 86_400)), (sent.Status, invoice.Status, invoice.DueDate));

        var renewed = simulator.Subscriptions.EndPeriod(trial.Id);
        Assert.Equal(("active", ("paid", 1000L, "usd")), (renewed.Status, Outcome(simulator.Invoices.Get(renewed.LatestInvoice!))));
    }

    [Fact]
    public async Task DeleteCustomer_WithSubscriptions_EndsThemFirst()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        simulator.Subscriptions.Create(customer);
        simulator.Subscriptions.Create(customer);

        await simulator.Client().V1.Customers.DeleteAsync(customer, cancellationToken: Token);

        Assert.Equal(["customer.subscription.deleted", "customer.subscription.deleted", "customer.deleted"], Types(simulator)[^3..]);
        Assert.Throws<StripeRefusalException>(() => simulator.Subscriptions.Create(customer));
    }

    [Fact]
    public async Task Create_WrongForm_IsRefusedWithoutATrace()
    {
        await using var simulator = await StartAsync();
        var customer = simulator.Customers.Create();
        var item = new SubscriptionItemOptions { Price = "price_1" };

        await AssertRefusedAsync("customer", new SubscriptionCreateOptions { Items = [item] });
        await AssertRefusedAsync("customer", new SubscriptionCreateOptions { Customer = "cus_none", Items = [item] });
        await AssertRefusedAsync("items", new SubscriptionCreateOptions { Customer = customer });
        await AssertRefusedAsync("items[0][price]", new SubscriptionCreateOptions { Customer = customer, Items = [new() { Price = "plan_1" }] });
        await AssertRefusedAsync("days_until_due", new SubscriptionCreateOptions { Customer = customer, Items = [item], CollectionMethod = "send_invoice" });
        await AssertRefusedAsync("payment_behavior", new SubscriptionCreateOptions { Customer = customer, Items = [item], PaymentBehavior = "x" });
        await AssertRefusedAsync("expand", new SubscriptionCreateOptions { Customer = customer, Items = [item], Expand = ["schedule.x"] });
        Assert.Empty(simulator.Subscriptions.All);
        Assert.Single(simulator.Events.All);

        async Task AssertRefusedAsync(string param, SubscriptionCreateOptions options)
            => Assert.Equal(param, (await RefusedAsync(() => simulator.Client().V1.Subscriptions.CreateAsync(options, cancellationToken: Token))).StripeError!.Param);
    }

    [Fact]
    public async Task List_Filters_ByCustomerStatusAndPrice()
    {
        await using var simulator = await StartAsync();
        var (ada, bea) = (simulator.Customers.Create(), simulator.Customers.Create());
        var first = simulator.Subscriptions.Create(ada).Id;
        var second = simulator.Subscriptions.Create(new NewSubscription(ada) { Items = [new("price_usd_5")] }).Id;
        var third = simulator.Subscriptions.Create(bea).Id;
        simulator.Subscriptions.Cancel(first);

        Assert.Equal([third, second], await IdsAsync(new SubscriptionListOptions { Limit = 1 }));
        Assert.Equal([second], await IdsAsync(new SubscriptionListOptions { Customer = ada }));
        Assert.Equal([second, first], await IdsAsync(new SubscriptionListOptions { Customer = ada, Status = "all", Limit = 1 }));
        Assert.Equal([first], await IdsAsync(new SubscriptionListOptions { Status = "ended" }));
        Assert.Equal([second], await IdsAsync(new SubscriptionListOptions { Price = "price_usd_5" }));
        Assert.Equal("status", (await RefusedAsync(() => IdsAsync(new SubscriptionListOptions { Status = "x" }))).StripeError!.Param);

        async Task<List<string>> IdsAsync(SubscriptionListOptions options)
            => await simulator.Client().V1.Subscriptions.ListAutoPagingAsync(options, cancellationToken: Token).Select(found => found.Id).ToListAsync(Token);
    }

    private static List<string> Types(StripeSimulator simulator) => [.. simulator.Events.All.Select(happened => happened.Type)];

    private static (string Status, long Total, string Currency) Outcome(InvoiceRecord invoice) => (invoice.Status, invoice.Total, invoice.Currency);

    private static List<string> StatusesTold(StripeSimulator simulator)
        => [.. simulator.Events.All.Select(happened => EventUtility.ParseEvent(simulator.Events.JsonOf(happened.Id)).Data.Object)
            .OfType<Subscription>().Select(subscription => subscription.Status)];

    private static System.Text.Json.JsonElement Previous(StripeSimulator simulator, string type)
    {
        var last = simulator.Events.All.Last(happened => happened.Type == type);
        return EventUtility.ParseEvent(simulator.Events.JsonOf(last.Id)).RawJsonElement!.Value.GetProperty("data").GetProperty("previous_attributes");
    }
}
