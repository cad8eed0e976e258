using Azure.Data.Tables;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Customers;

/// <summary>The customers in <c>Customers</c>: partition is a bucket of the id, row the id.</summary>
public sealed class CustomerStore(TableServiceClient tables, TimeProvider time) : IDisposable
{
    public const string Table = "Customers";

    private readonly TableClient _table = tables.GetTableClient(Table);
    private readonly EventTable<Entity> _rows = new(tables.GetTableClient(Table), TableUpdateMode.Merge);

    /// <inheritdoc cref="EventTable{TRow}.AdvanceAsync"/>
    public Task<bool> AdvanceAsync(Customer customer, bool expectNew, Func<Task<Customer?>> findCurrent, CancellationToken cancellationToken) => _rows.AdvanceAsync(
        Entity.Of(customer, time.GetUtcNow()),
        expectNew,
        async stamp => await findCurrent() is { } current ? Entity.Of(current with { LastEvent = stamp }, time.GetUtcNow()) : null,
        cancellationToken);

    /// <summary>The customer, be it deleted; null when nothing was ever heard of it.</summary>
    public async Task<Customer?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!TableKey.IsAllowed(id))
        {
            return null;
        }

        return (await _table.FindAsync<Entity>(TableKey.Bucket(id), id, cancellationToken))?.ToCustomer();
    }

    /// <summary>All customers behind <paramref name="after"/>, deleted ones too, bucket by bucket.</summary>
    /// <param name="after">An id; null for the beginning.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<Customer> ListAsync(string? after, int pageSize, CancellationToken cancellationToken) => _table
        .ListBehindAsync<Entity>(after is null ? null : (TableKey.Bucket(after), after), cancellationToken, pageSize: pageSize)
        .Select(entity => entity.ToCustomer());

    public void Dispose() => _rows.Dispose();

    /// <summary>
    /// No column of an event is ever null: a merge would leave the old value. Those of an upload are null in an event, which is to leave them.
    /// Other columns of the row belong to others.
    /// </summary>
    internal sealed class Entity : StoredRow, IEventRow
    {
        public string StripeId { get; set; } = "";

        public string Name { get; set; } = "";

        public string Email { get; set; } = "";

        public string Phone { get; set; } = "";

        public string Currency { get; set; } = "";

        /// <summary>Compressed JSON: as text, the most that Stripe allows may not fit into a column.</summary>
        public byte[] Metadata { get; set; } = [];

        public bool Livemode { get; set; }

        /// <summary>The epoch when unknown.</summary>
        public DateTimeOffset Created { get; set; }

        public bool Deleted { get; set; }

        public string Origin { get; set; } = "";

        public string ContentHash { get; set; } = "";

        public string LastEventId { get; set; } = "";

        /// <summary>Unix seconds.</summary>
        public long LastEventCreated { get; set; }

        public int LastEventRank { get; set; }

        public DateTimeOffset UpdatedAt { get; set; }

        public DateTimeOffset? LastIngestedAt { get; set; }

        public string? LastIngestedBy { get; set; }

        public string? FirstBillingMonth { get; set; }

        public string? TimeZone { get; set; }

        public string? UploadedEmail { get; set; }

        public string? UploadedCurrency { get; set; }

        string IEventRow.Content => ContentHash;

        EventStamp IEventRow.LastEvent => new(Deleted, LastEventCreated, LastEventRank, LastEventId);

        public static Entity Of(Customer customer, DateTimeOffset now) => new()
        {
            PartitionKey = TableKey.Bucket(customer.Id),
            RowKey = customer.Id,
            StripeId = customer.StripeId ?? "",
            Name = customer.Name ?? "",
            Email = customer.Email ?? "",
            Phone = customer.Phone ?? "",
            Currency = customer.Currency ?? "",
            Metadata = Brotli.CompressJson(customer.Metadata),
            Livemode = customer.Livemode,
            Created = customer.Created ?? DateTimeOffset.UnixEpoch,
            Deleted = customer.Deleted,
            Origin = customer.Origin,
            ContentHash = customer.ContentHash(),
            LastEventId = customer.LastEvent.EventId,
            LastEventCreated = customer.LastEvent.Created,
            LastEventRank = customer.LastEvent.Rank,
            UpdatedAt = now,
            LastIngestedAt = customer.LastIngestedAt,
            LastIngestedBy = customer.LastIngestedBy,
            FirstBillingMonth = customer.LastIngestedAt is null ? null : customer.FirstBillingMonth ?? "",
            TimeZone = customer.LastIngestedAt is null ? null : customer.TimeZone ?? "",
            UploadedEmail = customer.LastIngestedAt is null ? null : customer.UploadedEmail ?? "",
            UploadedCurrency = customer.LastIngestedAt is null ? null : customer.UploadedCurrency ?? "",
        };

        public Customer ToCustomer() => new()
        {
            Id = RowKey,
            LastEvent = ((IEventRow)this).LastEvent,
            StripeId = NullIfEmpty(StripeId),
            Name = NullIfEmpty(Name),
            Email = NullIfEmpty(Email),
            Phone = NullIfEmpty(Phone),
            Currency = NullIfEmpty(Currency),
            Metadata = Brotli.DecompressJson<Dictionary<string, string>>(Metadata),
            Livemode = Livemode,
            Created = Created == DateTimeOffset.UnixEpoch ? null : Created,
            Deleted = Deleted,
            Origin = Origin,
            UpdatedAt = UpdatedAt,
            LastIngestedAt = LastIngestedAt,
            LastIngestedBy = LastIngestedBy,
            FirstBillingMonth = NullIfEmpty(FirstBillingMonth),
            TimeZone = NullIfEmpty(TimeZone),
            UploadedEmail = NullIfEmpty(UploadedEmail),
            UploadedCurrency = NullIfEmpty(UploadedCurrency),
        };

        private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
    }
}
