using Azure;
using Azure.Data.Tables;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Customers;

/// <summary>
/// The customers in <c>Customers</c>: partition is a bucket of the id, row the id. A customer whose id in some system is another has a row under that id too, which only leads
/// to it: so it is found by any of its ids, and an event that carries one need not ask which customer it is about.
/// </summary>
public sealed class CustomerStore(TableServiceClient tables, TimeProvider time) : VersionedRows<CustomerStore.Entity, Customer>(
    tables.GetTableClient(Table), row => row.ToCustomer(), (_, _, customer) => Entity.From(customer, time.GetUtcNow()), TableUpdateMode.Merge, new RowCache<Customer>(CachedRows)), IDisposable
{
    public const string Table = "Customers";

    /// <summary>About 20 MB.</summary>
    private const int CachedRows = 20_000;

    /// <summary>Changes the customer, or adds it.</summary>
    /// <param name="id">Any of its ids.</param>
    /// <param name="expectNew">Whether there is probably none yet: then it is not looked for first.</param>
    /// <param name="change">The customer to be, from the one that is stored, which is null when there is none; null when nothing is to be written. May be called several times.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="isFresh">Whether the row is read in any case, see <see cref="VersionedRows{TRow, T}.ChangeAsync"/>.</param>
    internal async Task<RowChange<Customer>> ChangeAsync(
        string id, bool expectNew, Func<Customer?, ValueTask<Customer?>> change, CancellationToken cancellationToken, bool isFresh = false)
    {
        while (true)
        {
            var leadsTo = (string?)null;
            var changed = await ChangeAsync(
                TableKey.Bucket(id),
                TableKey.From(id),
                async stored => (leadsTo = stored?.MergedInto) is null ? await change(stored) : null,
                cancellationToken,
                expectNew,
                isFresh);
            if (leadsTo is null)
            {
                return changed;
            }

            (id, expectNew) = (leadsTo, false);
        }
    }

    /// <summary>The customer, be it deleted; null when nothing was ever heard of it.</summary>
    /// <param name="id">Any of its ids.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async Task<Customer?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var row = TableKey.IsValid(id) ? await FindRowAsync(id, cancellationToken) : null;
        return row is { MergedInto.Length: > 0 } ? await FindAsync(row.MergedInto, cancellationToken) : row?.ToCustomer();
    }

    /// <summary>The customer as this process has read or written it last, which may be out of date; else as it is stored.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<Customer?> FindKnownAsync(string id, CancellationToken cancellationToken) =>
        Cache!.Find(TableKey.Bucket(id), TableKey.From(id))?.Value is { MergedInto: null } known ? known : await FindAsync(id, cancellationToken);

    /// <summary>The row under an id itself, also when it leads to another one.</summary>
    internal Task<Entity?> FindRowAsync(string id, CancellationToken cancellationToken) => Rows.FindAsync<Entity>(TableKey.Bucket(id), TableKey.From(id), cancellationToken);

    /// <summary>Has an id lead to a customer.</summary>
    /// <param name="id">The id.</param>
    /// <param name="customerId">The customer.</param>
    /// <param name="replaces">The version of a customer's row of its own under that id, which it gives up; the default when there is none.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>False when there is such a row, or another version of it: nothing was written.</returns>
    internal async Task<bool> TryLeadAsync(string id, string customerId, ETag replaces, CancellationToken cancellationToken)
    {
        var row = Entity.LeadingTo(id, customerId, time.GetUtcNow());
        if (await TryWriteAsync(row, replaces, cancellationToken) is not { } version)
        {
            return false;
        }

        Cache!.Remember(row.PartitionKey, row.RowKey, new VersionedValue<Customer>(row.ToCustomer(), version));
        return true;
    }

    /// <summary>Whether this process has seen that an id leads to a customer, which stays so.</summary>
    internal bool IsKnownToLead(string id, string customerId) => Cache!.Find(TableKey.Bucket(id), TableKey.From(id))?.Value?.MergedInto == customerId;

    /// <summary>All customers behind <paramref name="after"/>, deleted ones too, bucket by bucket.</summary>
    /// <param name="after">An id; null for the beginning.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<Customer> ListAsync(string? after, int pageSize, CancellationToken cancellationToken) => Rows
        .ListBehindAsync<Entity>(after is null ? null : (TableKey.Bucket(after), TableKey.From(after)), cancellationToken, pageSize: pageSize)
        .Where(entity => entity.MergedInto.Length == 0)
        .Select(entity => entity.ToCustomer());

    /// <summary>Looks for customers. There is no index: storage goes through the whole table, for as long as a search may take. For people, not for programs.</summary>
    /// <param name="search">What they must have.</param>
    /// <param name="from">Where a search before this one has stopped; null for the beginning.</param>
    /// <param name="limit">The most that are wanted.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The customers, and where the search goes on; null when it is through.</returns>
    internal async Task<(IReadOnlyList<Customer> Found, string? Next)> SearchAsync(CustomerSearch search, string? from, int limit, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + CustomerSearch.Time;
        var (found, next) = (new List<Customer>(), from);
        do
        {
            var page = await Rows.QueryAsync<Entity>(search.Filter, cancellationToken: cancellationToken).AsPages(next, limit - found.Count).FirstAsync(cancellationToken);
            found.AddRange(page.Values.Select(entity => entity.ToCustomer()));
            next = page.ContinuationToken;
        }
        while (next is not null && found.Count < limit && time.GetUtcNow() < until);

        return (found, next);
    }

    public void Dispose() => Cache!.Dispose();

    /// <summary>
    /// The row of a customer. No column of an event is ever null: a merge would leave the old value. Those of an upload are null in an event, which is to leave them.
    /// Other columns of the row belong to others.
    /// </summary>
    public sealed class Entity : StoredRow
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
        public DateTimeOffset Created { get; set; } = DateTimeOffset.UnixEpoch;

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

        /// <summary>The customer that this row leads to; empty when it is one itself.</summary>
        public string MergedInto { get; set; } = "";

        /// <summary>Compressed JSON; nothing when no other system than Stripe has anything of it.</summary>
        public byte[] Copies { get; set; } = [];

        public static Entity LeadingTo(string id, string customerId, DateTimeOffset now) => new()
        {
            PartitionKey = TableKey.Bucket(id),
            RowKey = TableKey.From(id),
            MergedInto = customerId,
            UpdatedAt = now,
        };

        public static Entity From(Customer customer, DateTimeOffset now) => new()
        {
            PartitionKey = TableKey.Bucket(customer.Id),
            RowKey = TableKey.From(customer.Id),
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
            MergedInto = customer.MergedInto ?? "",
            Copies = customer.Copies.IsEmpty ? [] : Brotli.CompressJson(customer.Copies),
            LastIngestedAt = customer.LastIngestedAt,
            LastIngestedBy = customer.LastIngestedBy,
            FirstBillingMonth = customer.LastIngestedAt is null ? null : customer.FirstBillingMonth ?? "",
            TimeZone = customer.LastIngestedAt is null ? null : customer.TimeZone ?? "",
            UploadedEmail = customer.LastIngestedAt is null ? null : customer.UploadedEmail ?? "",
            UploadedCurrency = customer.LastIngestedAt is null ? null : customer.UploadedCurrency ?? "",
        };

        public Customer ToCustomer() => new()
        {
            Id = TableKey.ToId(RowKey),
            LastEvent = new EventVersion(Deleted, LastEventCreated, LastEventRank, LastEventId),
            StripeId = NullIfEmpty(StripeId),
            Name = NullIfEmpty(Name),
            Email = NullIfEmpty(Email),
            Phone = NullIfEmpty(Phone),
            Currency = NullIfEmpty(Currency),
            Metadata = Metadata.Length == 0 ? [] : Brotli.DecompressJson<Dictionary<string, string>>(Metadata),
            MergedInto = NullIfEmpty(MergedInto),
            Copies = Copies.Length == 0 ? CustomerCopies.None : Brotli.DecompressJson<CustomerCopies>(Copies),
            Livemode = Livemode,
            Created = Created <= DateTimeOffset.UnixEpoch ? null : Created,
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
