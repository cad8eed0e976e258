using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.CustomerUploads.Ingest;

/// <summary>Which upload a row came in.</summary>
/// <param name="ReceivedAt">The time at which the upload was received.</param>
/// <param name="UploadId">Decides between two of one moment.</param>
internal readonly record struct IngestStamp(DateTimeOffset ReceivedAt, string UploadId)
{
    public static IngestStamp From(CustomerUpload upload) => new(upload.ReceivedAt, upload.Id);

    /// <summary>Whether a customer has been in this upload, or in a later one.</summary>
    public bool HasReached(Customer customer) => customer.LastIngestedAt is { } last
        && (last > ReceivedAt || (last == ReceivedAt && string.CompareOrdinal(customer.LastIngestedBy, UploadId) >= 0));
}

/// <summary>What an uploaded row makes of a customer.</summary>
internal static class CustomerMerge
{
    /// <summary>The customer to be; null when there is nothing to write, because this upload or a later one has done so already.</summary>
    public static Customer? Merge(Customer? stored, UploadedCustomer row, IngestStamp stamp) => stored switch
    {
        null => Write(new Customer { Id = row.Id, LastEvent = EventVersion.None, Origin = Customer.FromUpload }, row, stamp),
        _ when stamp.HasReached(stored) => null,

        { Origin: Customer.FromUpload } => Write(stored, row, stamp),

        // What a system or a request has told is known better; the next word of it would overwrite the file anyway. One deleted there stays deleted.
        _ => WriteBilling(stored, row, stamp),
    };

    /// <summary>Whether two differ in nothing but the upload that they were last in.</summary>
    public static bool SaysTheSame(Customer one, Customer other) => Content(one) == Content(other);

    private static Customer Write(Customer stored, UploadedCustomer row, IngestStamp stamp) => WriteBilling(stored, row, stamp) with
    {
        Name = Value(row.Name, stored.Name),
        Email = row.Email,
        Phone = Value(row.Phone, stored.Phone),
        Currency = Value(row.Currency, stored.Currency),
        StripeId = Value(row.StripeId, stored.StripeId),
        Metadata = row.Metadata ?? stored.Metadata,
        Origin = Customer.FromUpload,
        Deleted = false,
    };

    private static Customer WriteBilling(Customer stored, UploadedCustomer row, IngestStamp stamp) => stored with
    {
        TimeZone = Value(row.TimeZone, stored.TimeZone),
        FirstBillingMonth = Value(row.FirstBillingMonth, stored.FirstBillingMonth),
        UploadedEmail = row.Email,
        UploadedCurrency = Value(row.Currency, stored.UploadedCurrency),
        LastIngestedAt = stamp.ReceivedAt,
        LastIngestedBy = stamp.UploadId,
    };

    private static string? Value(string? uploaded, string? stored) => uploaded is null ? stored : uploaded.Length == 0 ? null : uploaded;

    private static (string, string?, string, string?, string?, string?, string?) Content(Customer customer) =>
        (customer.ContentHash(), customer.StripeId, customer.Origin, customer.TimeZone, customer.FirstBillingMonth, customer.UploadedEmail, customer.UploadedCurrency);
}
