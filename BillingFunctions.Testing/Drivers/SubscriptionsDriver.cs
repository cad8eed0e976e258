using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Customers;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Subscriptions.Importing;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays the inbox for the subscriptions of one storage account, as one process of the app, and keeps what it sends to storage and logs.</summary>
internal sealed class SubscriptionsDriver : IDisposable
{
    private readonly StorageFake _storage = new();
    private readonly CustomerStore _names;
    private readonly FakeLogger<SubscriptionEventHandler> _log = new();

    private SubscriptionsDriver(string connectionString)
    {
        var tables = _storage.Tables(connectionString);
        Table = tables.GetTableClient(SubscriptionStore.Table);
        Subscriptions = new SubscriptionStore(tables);
        Customers = new CustomerSubscriptionsStore(tables);
        _names = new CustomerStore(new TableServiceClient(connectionString), TimeProvider.System);
        Directory = CustomerDirectoryBuilder.Directory(_names, new TableServiceClient(connectionString));
        var queues = new QueueServiceClient(connectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        ToFetch = queues.GetQueueClient(SubscriptionToFetch.Queue);
        Handler = new SubscriptionEventHandler(Subscriptions, Customers, new SubscriptionFetches(queues), _log);
    }

    /// <summary>The lines so far, with their levels.</summary>
    public IReadOnlyList<string> Logged => [.. _log.Collector.GetSnapshot().Select(line => $"{line.Level}: {line.Message}")];

    public TableClient Table { get; }

    public SubscriptionStore Subscriptions { get; }

    public CustomerSubscriptionsStore Customers { get; }

    public SubscriptionEventHandler Handler { get; }

    /// <summary>What the customers are called.</summary>
    public CustomerDirectory Directory { get; }

    /// <summary>The subscriptions that are to be fetched from Stripe.</summary>
    public QueueClient ToFetch { get; }

    public static async Task<SubscriptionsDriver> OpenAsync(string connectionString)
    {
        var opened = new SubscriptionsDriver(connectionString);
        await opened.Table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);
        await opened.ToFetch.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        opened.TakeCalls();
        return opened;
    }

    /// <summary>The methods of the requests since the last time this was asked; a transaction is a POST.</summary>
    public IReadOnlyList<string> TakeCalls() => _storage.TakeMethods();

    /// <summary>Applies events as the inbox does.</summary>
    public async Task ApplyAsync(params StripeEvent[] events)
    {
        foreach (var ofOne in events.GroupBy(Handler.SubjectOf))
        {
            await Handler.ApplyAsync(ofOne.Key!, [.. ofOne], TestContext.Current.CancellationToken);
        }
    }

    public async Task<SubscriptionState> StateAsync(string id = "sub_1") =>
        await Subscriptions.FindAsync(id, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"Nothing is stored of {id}.");

    /// <summary>The audit, as event id, from, to and outcome, in its order.</summary>
    public async Task<List<string>> AuditAsync(string id = "sub_1") => [.. LinesOf((await StateAsync(id)).History)];

    /// <summary>What the audit must be for these events.</summary>
    public static IEnumerable<string> LinesOf(SubscriptionHistory history) =>
        history.Audit.Select(entry => $"{entry.EventId} {entry.From}>{entry.To} {entry.Outcome}");

    public void Dispose()
    {
        Subscriptions.Dispose();
        Customers.Dispose();
        _names.Dispose();
    }
}
