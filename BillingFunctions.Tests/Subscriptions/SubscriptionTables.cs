using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using BillingFunctions.Subscriptions;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Tests.Subscriptions;

/// <summary>The subscriptions of one storage account as one process of the app has them, with what it sends to storage.</summary>
internal sealed class SubscriptionTables : IDisposable
{
    private readonly Calls _calls = new();

    private SubscriptionTables(string connectionString)
    {
        var options = new TableClientOptions();
        options.AddPolicy(_calls, HttpPipelinePosition.PerRetry);
        var tables = new TableServiceClient(connectionString, options);
        Table = tables.GetTableClient(SubscriptionStore.Table);
        Subscriptions = new SubscriptionStore(tables);
        Customers = new CustomerSubscriptionsStore(tables);
        Handler = new ApplySubscriptionEvents(Subscriptions, Customers, new Log(Logged));
    }

    public ConcurrentQueue<string> Logged { get; } = new();

    public TableClient Table { get; }

    public SubscriptionStore Subscriptions { get; }

    public CustomerSubscriptionsStore Customers { get; }

    public ApplySubscriptionEvents Handler { get; }

    public static async Task<SubscriptionTables> OpenAsync(string connectionString)
    {
        var opened = new SubscriptionTables(connectionString);
        await opened.Table.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);
        opened.TakeCalls();
        return opened;
    }

    /// <summary>The methods of the requests since the last time this was asked; a transaction is a POST.</summary>
    public IReadOnlyList<string> TakeCalls() => _calls.Take();

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

    private sealed class Log(ConcurrentQueue<string> lines) : ILogger<ApplySubscriptionEvents>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }

    private sealed class Calls : HttpPipelineSynchronousPolicy
    {
        private readonly ConcurrentQueue<string> _methods = new();

        public override void OnSendingRequest(HttpMessage message) => _methods.Enqueue(message.Request.Method.ToString());

        public List<string> Take()
        {
            var taken = _methods.ToList();
            _methods.Clear();
            return taken;
        }
    }
}
