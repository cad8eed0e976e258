using Azure.Data.Tables;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Customers.Invoices;

/// <summary>
/// The invoices in <c>CustomerInvoices</c>: partition is a bucket of the customer's id, row the customer, the inverted time of creation and the id. The time never changes and
/// stands in every event, so a row is found by its full key, and yet the newest comes first.
/// </summary>
public sealed class CustomerInvoiceStore(TableServiceClient tables, TimeProvider time) : VersionedRows<CustomerInvoiceStore.Entity, CustomerInvoice>(
    tables.GetTableClient(Table), row => row.ToInvoice(), (_, _, invoice) => Entity.From(invoice, time.GetUtcNow()), cache: new RowCache<CustomerInvoice>(CachedRows)), IDisposable
{
    public const string Table = "CustomerInvoices";

    private const char Separator = '|';

    /// <summary>About 20 MB.</summary>
    private const int CachedRows = 20_000;

    /// <summary>The place of an invoice among those of its customer.</summary>
    public static string SortKeyOf(CustomerInvoice invoice) => InvoiceSortKey.From(invoice.Created, invoice.Id);

    /// <summary>Writes what an event says of an invoice, unless what is stored is as new: whatever the order in which events come, the row ends at the last one.</summary>
    /// <param name="said">What the event says.</param>
    /// <param name="expectNew">Whether the invoice is probably not there yet: then it is not looked for first.</param>
    /// <param name="findCurrent">Finds the invoice as Stripe has it at this moment; null when it cannot be told. Asked when two events of one second say different things.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task AdvanceAsync(CustomerInvoice said, bool expectNew, Func<Task<CustomerInvoice?>> findCurrent, CancellationToken cancellationToken)
    {
        return ChangeAsync(PartitionOf(said), RowOf(said), async stored => await NextAsync(stored), cancellationToken, expectNew);

        async Task<CustomerInvoice?> NextAsync(CustomerInvoice? stored)
        {
            var isLater = stored is null || said.LastEvent > stored.LastEvent;
            var isInDoubt = stored is not null && said.LastEvent.IsTiedWith(stored.LastEvent) && said.ContentHash() != stored.ContentHash();
            return isInDoubt && await findCurrent() is { } current ? current with { LastEvent = isLater ? said.LastEvent : stored!.LastEvent }
                : isLater ? said
                : null;
        }
    }

    /// <summary>The customer's invoices behind <paramref name="after"/>, deleted ones too, newest first.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="after">An <see cref="InvoiceSortKey"/>, be it of an invoice that is not here; null for the beginning.</param>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<CustomerInvoice> ListAsync(string customerId, string? after, int pageSize, CancellationToken cancellationToken)
    {
        // Another customer's id may begin with this one and a separator.
        var (first, end) = ($"{TableKey.From(customerId)}{Separator}{TableKey.From(after ?? "")}", $"{TableKey.From(customerId)}{(char)(Separator + 1)}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKey.SmallBucket(customerId)} and RowKey gt {first} and RowKey lt {end} and CustomerId eq {customerId}");
        return Rows.QueryAsync<Entity>(filter, pageSize, cancellationToken: cancellationToken).Select(entity => entity.ToInvoice());
    }

    /// <summary>All invoices made in a range of time, deleted ones too: through the whole table, whose partitions are customers.</summary>
    internal IAsyncEnumerable<CustomerInvoice> ListCreatedAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) => Rows
        .QueryAsync<Entity>(TableClient.CreateQueryFilter($"Created ge {from} and Created lt {until}"), cancellationToken: cancellationToken)
        .Select(entity => entity.ToInvoice());

    public void Dispose() => Cache?.Dispose();

    private static string PartitionOf(CustomerInvoice invoice) => TableKey.SmallBucket(invoice.CustomerId);

    private static string RowOf(CustomerInvoice invoice) => $"{TableKey.From(invoice.CustomerId)}{Separator}{TableKey.From(SortKeyOf(invoice))}";

    /// <summary>The row of an invoice.</summary>
    public sealed class Entity : StoredRow
    {
        public string CustomerId { get; set; } = "";

        public string InvoiceId { get; set; } = "";

        public string? Number { get; set; }

        public string? Status { get; set; }

        public string Currency { get; set; } = "";

        public long AmountDue { get; set; }

        public long AmountPaid { get; set; }

        public long AmountRemaining { get; set; }

        public long Total { get; set; }

        public DateTimeOffset Created { get; set; }

        public DateTimeOffset? DueDate { get; set; }

        public DateTimeOffset? PeriodStart { get; set; }

        public DateTimeOffset? PeriodEnd { get; set; }

        public string? HostedInvoiceUrl { get; set; }

        public string? SubscriptionId { get; set; }

        public bool Livemode { get; set; }

        public bool Deleted { get; set; }

        public string LastEventId { get; set; } = "";

        /// <summary>Unix seconds.</summary>
        public long LastEventCreated { get; set; }

        public int LastEventRank { get; set; }

        public DateTimeOffset UpdatedAt { get; set; }

        public static Entity From(CustomerInvoice invoice, DateTimeOffset now) => new()
        {
            PartitionKey = PartitionOf(invoice),
            RowKey = RowOf(invoice),
            CustomerId = invoice.CustomerId,
            InvoiceId = invoice.Id,
            Number = invoice.Number,
            Status = invoice.Status,
            Currency = invoice.Total.Currency,
            AmountDue = invoice.AmountDue.Amount,
            AmountPaid = invoice.AmountPaid.Amount,
            AmountRemaining = invoice.AmountRemaining.Amount,
            Total = invoice.Total.Amount,
            Created = invoice.Created,
            DueDate = invoice.DueDate,
            PeriodStart = invoice.PeriodStart,
            PeriodEnd = invoice.PeriodEnd,
            HostedInvoiceUrl = invoice.HostedInvoiceUrl,
            SubscriptionId = invoice.SubscriptionId,
            Livemode = invoice.Livemode,
            Deleted = invoice.Deleted,
            LastEventId = invoice.LastEvent.EventId,
            LastEventCreated = invoice.LastEvent.Created,
            LastEventRank = invoice.LastEvent.Rank,
            UpdatedAt = now,
        };

        public CustomerInvoice ToInvoice() => new()
        {
            Id = InvoiceId,
            CustomerId = CustomerId,
            LastEvent = new EventVersion(Deleted, LastEventCreated, LastEventRank, LastEventId),
            Number = Number,
            Status = Status,
            AmountDue = new Money(AmountDue, Currency),
            AmountPaid = new Money(AmountPaid, Currency),
            AmountRemaining = new Money(AmountRemaining, Currency),
            Total = new Money(Total, Currency),
            Created = Created,
            DueDate = DueDate,
            PeriodStart = PeriodStart,
            PeriodEnd = PeriodEnd,
            HostedInvoiceUrl = HostedInvoiceUrl,
            SubscriptionId = SubscriptionId,
            Livemode = Livemode,
            Deleted = Deleted,
            UpdatedAt = UpdatedAt,
        };
    }
}
