using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Invoices;

/// <content>How an invoice is kept.</content>
public sealed partial class MonthlyInvoiceStore
{
    private sealed class Entity : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

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
