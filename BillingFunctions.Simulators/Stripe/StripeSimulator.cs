using BillingFunctions.Simulators.Calls;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.CreditNotes;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Simulators.Stripe.Idempotency;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Invoices.Lines;
using BillingFunctions.Simulators.Stripe.Limits;
using BillingFunctions.Simulators.Stripe.Refunds;
using BillingFunctions.Simulators.Stripe.Subscriptions;
using BillingFunctions.Simulators.Stripe.Webhooks;
using Microsoft.AspNetCore.Builder;

namespace BillingFunctions.Simulators.Stripe;

/// <summary>A Stripe that runs in this process and speaks HTTP on 127.0.0.1.</summary>
public sealed class StripeSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();

    private StripeSimulator(WebApplication app, StripeSimulatorOptions options)
    {
        _app = app;
        Calls = new CallLog(options.RecordedCalls, options.Time);
        Limits = new RateLimits { Account = options.AccountLimit, Endpoint = options.EndpointLimit };
        Keys = new ApiKeys { Accepted = options.ApiKeys };
        Faults = new FaultInjector(options.FaultSeed);
        var version = ApiVersion.Of(options.ApiVersion);
        var ids = new ObjectIds((ulong)options.Time.GetUtcNow().UtcTicks);
        Webhooks = new StripeWebhooks(version, options.WebhookConcurrency, options.WebhookSeed, options.Time);
        Events = new StripeEvents(Webhooks, ids, version, options.WebhookSeed, options.Time);
        var store = new CustomerStore(new CustomerSeed(options.Customers), options.Time);
        var books = new BillingBooks(store, Events, ids, options.Time);
        var lifecycle = new InvoiceLifecycle(books);
        Invoices = new StripeInvoices(books, lifecycle);
        CreditNotes = new StripeCreditNotes(books, lifecycle);
        Refunds = new StripeRefunds(books);
        Subscriptions = new StripeSubscriptions(books, lifecycle);
        Customers = new StripeCustomers(store, Subscriptions, Events);
        var api = new StripeApi(app, new StripePipeline(
            Keys, Limits, Faults, new IdempotencyStore(options.Time), Calls, version, options.Time, _stopping.Token));
        Map(api, books, lifecycle, options.MaxInvoiceItems);
        new WebhookEndpointResource(Webhooks, ids, options.Time).MapTo(api);
        api.MapUnknown();
        foreach (var endpoint in options.WebhookEndpoints)
        {
            Webhooks.Add(endpoint);
        }
    }

    /// <summary>What a Stripe client takes as its API base, without a slash at the end.</summary>
    public string BaseUrl => _app.Urls.First();

    /// <summary>What was called, when, and how it ended.</summary>
    public CallLog Calls { get; }

    /// <summary>The limits, which may be changed at any time.</summary>
    public RateLimits Limits { get; }

    /// <summary>Who may call, which may be changed at any time.</summary>
    public ApiKeys Keys { get; }

    /// <summary>What goes wrong, which may be changed at any time.</summary>
    public FaultInjector Faults { get; }

    /// <summary>How many customers there are, deleted ones left out.</summary>
    public int CustomerCount => Customers.Count;

    public StripeCustomers Customers { get; }

    public StripeSubscriptions Subscriptions { get; }

    public StripeInvoices Invoices { get; }

    public StripeCreditNotes CreditNotes { get; }

    public StripeRefunds Refunds { get; }

    /// <summary>All that has happened.</summary>
    public StripeEvents Events { get; }

    /// <summary>Where the events go, and how badly.</summary>
    public StripeWebhooks Webhooks { get; }

    /// <summary>Starts a simulator.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="StripeRefusalException">The simulator does not speak the API version of the account or of an endpoint.</exception>
    public static async Task<StripeSimulator> StartAsync(StripeSimulatorOptions options, CancellationToken cancellationToken)
    {
        var app = LoopbackServer.Build(options.Port);
        var simulator = new StripeSimulator(app, options);
        await app.StartAsync(cancellationToken);
        return simulator;
    }

    /// <summary>Stops at once; calls under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Webhooks.DisposeAsync();
        await LoopbackServer.CutOffAsync(_app);
        _stopping.Dispose();
    }

    private void Map(StripeApi api, BillingBooks books, InvoiceLifecycle lifecycle, int maxInvoiceItems)
    {
        var (drafts, answers) = (new InvoiceDrafts(books), new InvoiceAnswers(books));
        new CustomerResource(Customers, new CustomerInclusions(books)).MapTo(api);
        new SubscriptionResource(Subscriptions, books).MapTo(api);
        new InvoiceResource(drafts, lifecycle, answers, books).MapTo(api);
        new InvoiceLineResource(drafts, answers, books, maxInvoiceItems).MapTo(api);
        new CreditNoteResource(CreditNotes, books).MapTo(api);
        new RefundResource(Refunds).MapTo(api);
        new EventResource(Events).MapTo(api);
    }
}
