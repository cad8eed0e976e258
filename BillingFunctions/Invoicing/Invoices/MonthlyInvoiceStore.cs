using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>The invoices in <c>MonthlyInvoices</c>: partition is month and bucket of the customer, row the customer.</summary>
public sealed class MonthlyInvoiceStore(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "MonthlyInvoices";

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Whether there can be such an invoice.</summary>
    internal static bool IsKey(string month, string customerId) => BillingMonth.TryParse(month, out _) && TableKey.IsAllowed(customerId);

    /// <summary>The invoice, or null.</summary>
    public async Task<MonthlyInvoice?> FindAsync(string month, string customerId, CancellationToken cancellationToken)
    {
        if (!IsKey(month, customerId))
        {
            return null;
        }

        var (partition, row) = KeysOf(month, customerId);
        return (await _table.FindAsync<Entity>(partition, row, cancellationToken))?.ToInvoice();
    }

    /// <summary>Writes the invoice if it is still the version that was read.</summary>
    /// <returns>The invoice as it is stored now; null when it has been changed since: read it again and decide anew.</returns>
    public async Task<MonthlyInvoice?> TryUpdateAsync(MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        var changed = invoice with { UpdatedAt = time.GetUtcNow() };
        return await _table.TryWriteAsync(Entity.Of(changed), Version(invoice), cancellationToken) is { } version ? changed with { ETag = version } : null;
    }

    /// <summary>Inserts those that are new (without an <see cref="MonthlyInvoice.ETag"/>) and writes the others, all or none.</summary>
    /// <param name="invoices">At most <see cref="Transactions.MaxRows"/>, of one month and bucket.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>False when one that should be new is there, or one has been changed since it was read: nothing was written then.</returns>
    public Task<bool> TryWriteAsync(IReadOnlyCollection<MonthlyInvoice> invoices, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _table.TrySubmitAsync([.. invoices.Select(invoice => Action(invoice with { UpdatedAt = now }))], cancellationToken);
    }

    /// <summary>The invoices of a bucket from one customer to another, both included, in the order of their ids.</summary>
    public IAsyncEnumerable<MonthlyInvoice> ReadAsync(string month, string bucket, string firstId, string lastId, CancellationToken cancellationToken) =>
        QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {PartitionOf(month, bucket)} and RowKey ge {firstId} and RowKey le {lastId}"), cancellationToken);

    /// <summary>The invoices of a month behind <paramref name="after"/>, bucket by bucket. Reads the whole month when a status is asked for: storage has no index for it.</summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="statuses">Which; none means all.</param>
    /// <param name="after">A customer's id; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<MonthlyInvoice> ListAsync(string month, IReadOnlyCollection<InvoiceStatus> statuses, string? after, CancellationToken cancellationToken) => _table
        .ListBehindAsync<Entity>(after is null ? null : KeysOf(month, after), cancellationToken, StatusFilter(statuses), partitions: BucketsOf(month))
        .Select(entity => entity.ToInvoice());

    /// <summary>The invoices of a month with certain statuses, in pieces of what storage could read in a few seconds: one may be empty and yet not be the last.</summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="statuses">Which.</param>
    /// <param name="from">What a piece says about the next one; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<(IReadOnlyList<MonthlyInvoice> Invoices, string? Next)> ListPiecesAsync(
        string month, IReadOnlyCollection<InvoiceStatus> statuses, string? from, CancellationToken cancellationToken) => _table
        .QueryAsync<Entity>($"{MonthRange(month)} and ({StatusFilter(statuses)})", cancellationToken: cancellationToken)
        .AsPages(from)
        .Select(page => ((IReadOnlyList<MonthlyInvoice>)[.. page.Values.Select(entity => entity.ToInvoice())], page.ContinuationToken));

    /// <summary>Status and amount of all invoices of a month, in no order: all that sums need.</summary>
    internal IAsyncEnumerable<(InvoiceStatus Status, Money? Amount)> ListAmountsAsync(string month, CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(
            MonthRange(month),
            select: [nameof(Entity.Status), nameof(Entity.Amount), nameof(Entity.AmountCurrency)],
            cancellationToken: cancellationToken)
        .Select(row => (
            Enum.Parse<InvoiceStatus>(row.GetString(nameof(Entity.Status))!),
            row.GetInt64(nameof(Entity.Amount)) is { } amount ? new Money(amount, row.GetString(nameof(Entity.AmountCurrency))!) : (Money?)null));

    /// <summary>All buckets of a month: '}' is what follows '|'.</summary>
    private static (string First, string Until) BucketsOf(string month) => (month + "|", month + "}");

    private static string MonthRange(string month) => TableClient.CreateQueryFilter($"PartitionKey ge {BucketsOf(month).First} and PartitionKey lt {BucketsOf(month).Until}");

    private static string StatusFilter(IEnumerable<InvoiceStatus> statuses) =>
        string.Join(" or ", statuses.Select(status => TableClient.CreateQueryFilter($"Status eq {status.ToString()}")));

    private IAsyncEnumerable<MonthlyInvoice> QueryAsync(string filter, CancellationToken cancellationToken) =>
        _table.QueryAsync<Entity>(filter, cancellationToken: cancellationToken).Select(entity => entity.ToInvoice());

    private static TableTransactionAction Action(MonthlyInvoice invoice) => invoice.ETag == default
        ? new TableTransactionAction(TableTransactionActionType.Add, Entity.Of(invoice))
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, Entity.Of(invoice), invoice.ETag);

    private static ETag Version(MonthlyInvoice invoice) =>
        invoice.ETag != default ? invoice.ETag : throw new ArgumentException("Only an invoice that was read can be updated.", nameof(invoice));

    private static (string Partition, string Row) KeysOf(string month, string customerId) => (PartitionOf(month, TableKey.Bucket(customerId)), customerId);

    private static string PartitionOf(string month, string bucket) => $"{month}|{bucket}";

    private sealed class Entity : StoredRow
    {
        public string Status { get; set; } = "";

        public string Email { get; set; } = "";

        public string Name { get; set; } = "";

        public string? TimeZone { get; set; }

        public string? Currency { get; set; }

        /// <summary>Minor units.</summary>
        public long? Amount { get; set; }

        public string? AmountCurrency { get; set; }

        public string? Reason { get; set; }

        public int LookupAttempts { get; set; }

        public int EmailAttempts { get; set; }

        public string? SendAttemptId { get; set; }

        public DateTimeOffset? SendingSince { get; set; }

        public DateTimeOffset? SentAt { get; set; }

        public DateTimeOffset? QueuedAt { get; set; }

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset UpdatedAt { get; set; }

        public static Entity Of(MonthlyInvoice invoice)
        {
            var (partition, row) = KeysOf(invoice.Month, invoice.CustomerId);
            return new Entity
            {
                PartitionKey = partition,
                RowKey = row,
                Status = invoice.Status.ToString(),
                Email = invoice.Email,
                Name = invoice.Name,
                TimeZone = invoice.TimeZone,
                Currency = invoice.Currency,
                Amount = invoice.Amount?.Amount,
                AmountCurrency = invoice.Amount?.Currency,
                Reason = invoice.Reason,
                LookupAttempts = invoice.LookupAttempts,
                EmailAttempts = invoice.EmailAttempts,
                SendAttemptId = invoice.SendAttemptId,
                SendingSince = invoice.SendingSince,
                SentAt = invoice.SentAt,
                QueuedAt = invoice.QueuedAt,
                CreatedAt = invoice.CreatedAt == default ? invoice.UpdatedAt : invoice.CreatedAt,
                UpdatedAt = invoice.UpdatedAt,
            };
        }

        public MonthlyInvoice ToInvoice() => new()
        {
            Month = PartitionKey[..PartitionKey.IndexOf('|', StringComparison.Ordinal)],
            CustomerId = RowKey,
            Status = Enum.Parse<InvoiceStatus>(Status),
            Email = Email,
            Name = Name,
            TimeZone = TimeZone,
            Currency = Currency,
            Amount = Amount is { } amount && AmountCurrency is { } currency ? new Money(amount, currency) : null,
            Reason = Reason,
            LookupAttempts = LookupAttempts,
            EmailAttempts = EmailAttempts,
            SendAttemptId = SendAttemptId,
            SendingSince = SendingSince,
            SentAt = SentAt,
            QueuedAt = QueuedAt,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            ETag = ETag,
        };
    }
}
