using Azure.Data.Tables;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging.Testing;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays the inbox for the subscriptions of one storage account, as one process of the app, and keeps what it sends to storage and logs.</summary>
internal sealed class SubscriptionsDriver : IDisposable
{
    private readonly StorageFake _storage = new();
    private readonly FakeLogger<SubscriptionEventHandler> _log = new();

    private SubscriptionsDriver(string connectionString)
    {
        var tables = _storage.Tables(connectionString);
        Table = tables.GetTableClient(SubscriptionStore.Table);
        Subscriptions = new SubscriptionStore(tables);
        Customers = new CustomerSubscriptionsStore(tables);
        Handler = new SubscriptionEventHandler(Subscriptions, Customers, _log);
    }

    /// <summary>The lines so far, with their levels.</summary>
    public IReadOnlyList<string> Logged => [.. _log.Collector.GetSnapshot().Select(line => $"{line.Level}: {line.Message}")];

    public TableClient Table { get; }

    public SubscriptionStore Subscriptions { get; }

    public CustomerSubscriptionsStore Customers { get; }

    public SubscriptionEventHandler Handler { get; }

    public static async Task<SubscriptionsDriver> OpenAsync(string connectionString)
    {
        var opened = new SubscriptionsDriver(connectionString);
        await opened.Table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);
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
    }
}
