using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>An invoice in the table: its partition is month and bucket of the customer, its row key the customer.</summary>
internal sealed class MonthlyInvoiceRow : StoredRow
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

    public bool IsNotFound { get; set; }

    public int LookupAttempts { get; set; }

    public int EmailAttempts { get; set; }

    public string? SendAttemptId { get; set; }

    public DateTimeOffset? SendingSince { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? QueuedAt { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string? History { get; set; }

    public static (string Partition, string Row) KeysOf(string month, string customerId) => (PartitionOf(month, TableKey.Bucket(customerId)), TableKey.From(customerId));

    public static string PartitionOf(string month, string bucket) => $"{month}|{bucket}";

    public static MonthlyInvoiceRow From(MonthlyInvoice invoice)
    {
        var (partition, row) = KeysOf(invoice.Month, invoice.CustomerId);
        return new MonthlyInvoiceRow
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
            IsNotFound = invoice.IsNotFound,
            LookupAttempts = invoice.LookupAttempts,
            EmailAttempts = invoice.EmailAttempts,
            SendAttemptId = invoice.SendAttemptId,
            SendingSince = invoice.SendingSince,
            SentAt = invoice.SentAt,
            QueuedAt = invoice.QueuedAt,
            NotBefore = invoice.NotBefore,
            CreatedAt = invoice.CreatedAt == default ? invoice.UpdatedAt : invoice.CreatedAt,
            UpdatedAt = invoice.UpdatedAt,
            History = invoice.History,
        };
    }

    public MonthlyInvoice ToInvoice() => new()
    {
        Month = PartitionKey[..PartitionKey.IndexOf('|', StringComparison.Ordinal)],
        CustomerId = TableKey.ToId(RowKey),
        Status = Enum.Parse<InvoiceStatus>(Status),
        Email = Email,
        Name = Name,
        TimeZone = TimeZone,
        Currency = Currency,
        Amount = Amount is { } amount && AmountCurrency is { } currency ? new Money(amount, currency) : null,
        Reason = Reason,
        IsNotFound = IsNotFound,
        LookupAttempts = LookupAttempts,
        EmailAttempts = EmailAttempts,
        SendAttemptId = SendAttemptId,
        SendingSince = SendingSince,
        SentAt = SentAt,
        QueuedAt = QueuedAt,
        NotBefore = NotBefore,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        History = History,
        ETag = ETag,
    };
}
