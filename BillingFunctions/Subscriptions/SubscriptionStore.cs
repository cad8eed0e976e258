using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions;

/// <summary>The subscriptions in <c>Subscriptions</c>, a row each: partition is a bucket of the id, row the id.</summary>
public sealed class SubscriptionStore(TableServiceClient tables) : VersionedRows<TableEntity, SubscriptionState>(
    tables.GetTableClient(Table), SubscriptionRow.StateIn, SubscriptionRow.Of, cache: new RowCache<SubscriptionState>(CachedEvents, state => state.Events.Count)), IDisposable
{
    public const string Table = "Subscriptions";

    /// <summary>About 10,000 subscriptions of ten events, and 30 MB.</summary>
    private const int CachedEvents = 100_000;

    /// <summary>What is known of a subscription; null when nothing is.</summary>
    public async Task<SubscriptionState?> FindAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(SubscriptionRow.PartitionOf(id), TableKey.From(id), cancellationToken) is { Events.Count: > 0 } state ? state : null;

    /// <summary>The subscriptions behind <paramref name="after"/>, bucket by bucket, each by its ids.</summary>
    /// <param name="after">An id; null for the beginning.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<SubscriptionRecord> ListAsync(string? after, int pageSize, CancellationToken cancellationToken) => Rows
        .ListBehindAsync<TableEntity>(after is null ? null : (SubscriptionRow.PartitionOf(after), TableKey.From(after)), cancellationToken, pageSize: pageSize, partitions: SubscriptionRow.Partitions)
        .Select(row => SubscriptionRow.StateIn(row).History.Record)
        .OfType<SubscriptionRecord>();

    /// <summary>Adds events to a subscription. Those that it has already change nothing and are not written.</summary>
    /// <returns>The subscription before and after.</returns>
    public async Task<(SubscriptionState Before, SubscriptionState After)> AddAsync(
        string id, IReadOnlyCollection<SubscriptionEvent> events, CancellationToken cancellationToken)
    {
        var isNew = events.Any(@event => @event.MakesSubscription);
        var change = await ChangeAsync(SubscriptionRow.PartitionOf(id), TableKey.From(id), state => new(With(state ?? SubscriptionState.Empty)), cancellationToken, expectNew: isNew);
        return (change.Before ?? SubscriptionState.Empty, change.After ?? SubscriptionState.Empty);

        SubscriptionState? With(SubscriptionState state) => state.With(events) is var next && next != state ? next : null;
    }

    public void Dispose() => Cache?.Dispose();
}

/// <summary>
/// The row of a subscription in <c>Subscriptions</c>. What is read back is the list of events alone; the other columns are for whoever looks into the table.
/// </summary>
internal static class SubscriptionRow
{
    /// <summary>The customers, which share the table, come before.</summary>
    private const string Prefix = "subscription|";

    private const string Column = "State";

    /// <summary>The first partition, and that before which the last one is.</summary>
    public static (string First, string Until) Partitions => (Prefix, "subscription}");

    public static string PartitionOf(string subscriptionId) => Prefix + TableKey.SmallBucket(subscriptionId);

    public static TableEntity Of(string partitionKey, string subscriptionId, SubscriptionState state)
    {
        var row = new TableEntity(partitionKey, subscriptionId) { ["Events"] = state.Events.Count };
        if (state.History.Record is { } record)
        {
            row["CustomerId"] = record.CustomerId;
            row["CustomerName"] = record.CustomerName;
            row["CustomerEmail"] = record.CustomerEmail;
            row["Livemode"] = record.Livemode;
            row["Status"] = record.Status.ToString();
            row["StripeStatus"] = record.StripeStatus;
            row["CurrentPeriodEnd"] = record.CurrentPeriodEnd;
            row["PastDueSince"] = record.PastDueSince;
            row["LastEventId"] = record.LastEventId;
            row["UpdatedAt"] = record.UpdatedAt;
        }

        LargeColumn.Write(row, Column, Brotli.CompressJson(new Stored(state.AccessVersion, state.Events)));
        return row;
    }

    public static SubscriptionState StateIn(TableEntity row)
    {
        var stored = Brotli.DecompressJson<Stored>(LargeColumn.Read(row, Column));
        return new SubscriptionState(stored.Events, stored.AccessVersion);
    }

    private sealed record Stored(int AccessVersion, IReadOnlyList<SubscriptionEvent> Events);
}
