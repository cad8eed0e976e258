using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>What a customer owes for a month, and how far it is on its way to the customer.</summary>
public sealed record MonthlyInvoice
{
    /// <summary>How long an invoice may be <see cref="InvoiceStatus.Sending"/> without a sign of life of its sender before that is taken for dead.</summary>
    public static readonly TimeSpan SendingLease = TimeSpan.FromSeconds(90);

    /// <summary><c>yyyy-MM</c>, UTC.</summary>
    public required string Month { get; init; }

    public required string CustomerId { get; init; }

    public InvoiceStatus Status { get; init; }

    /// <summary>Where the mail goes, as the customer's row said when the invoice was made or last retried.</summary>
    public string Email { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The customer's IANA time zone; null when not known.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What the customer is billed in; null when not known: then any currency is accepted.</summary>
    public string? Currency { get; init; }

    /// <summary>What is owed; null until it is known. Once known it is never changed.</summary>
    public Money? Amount { get; init; }

    /// <summary>Why there is nothing to pay, why it is not billed, or what failed. Without secrets.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the last answer of the amount API was a 404 that the customer's earlier invoices do not contradict. Stays when it has been judged what that means.</summary>
    public bool IsNotFound { get; init; }

    /// <summary>How many attempts at the lookup have been made. A message that is for another attempt than the next one is out of date.</summary>
    public int LookupAttempts { get; init; }

    /// <summary>How many attempts at the mail have been made.</summary>
    public int EmailAttempts { get; init; }

    /// <summary>The attempt at the mail that is under way, or was the last one; only this attempt may write its outcome.</summary>
    public string? SendAttemptId { get; init; }

    /// <summary>When the attempt that is under way took or last renewed its lease; null when none is.</summary>
    public DateTimeOffset? SendingSince { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When its message is due, as far as known: ahead of now while it waits for another attempt; null when the sweeper is to queue it.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>Before this the amount API has asked not to be asked again for the customer, and only a person does; null when it has not.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What has happened to it, see <see cref="InvoiceHistory"/>.</summary>
    [JsonIgnore]
    public string? History { get; init; }

    /// <summary>The version of the row; default for an invoice that is not stored.</summary>
    [JsonIgnore]
    public ETag ETag { get; init; }
}

/// <summary>How far a monthly invoice is. Stored by name: never rename.</summary>
public enum InvoiceStatus
{
    /// <summary>No amount yet.</summary>
    Pending = 0,

    /// <summary>The amount is known, the mail not sent.</summary>
    Priced = 1,

    /// <summary>The mail is being handed to the mail server.</summary>
    Sending = 2,

    /// <summary>The mail server has the mail.</summary>
    Sent = 3,

    /// <summary>There is nothing to pay; the reason says why.</summary>
    NoCharge = 4,

    /// <summary>The amount API gave no amount in any of the attempts, or one that cannot be billed. Can be retried.</summary>
    LookupFailed = 5,

    /// <summary>The mail server refused the mail, finally or too often; it was not delivered. Can be retried.</summary>
    EmailFailed = 6,

    /// <summary>It cannot be known whether the mail server has the mail. An operator decides.</summary>
    DeliveryUnknown = 7,

    /// <summary>The customer is not billed for this month; the reason says why.</summary>
    NotBilled = 8,

    /// <summary>The amount API does not know the customer. When all lookups of the month have ended it becomes <see cref="NoCharge"/> or <see cref="LookupFailed"/>.</summary>
    NotFound = 9,
}

internal static class InvoiceStatuses
{
    public static IReadOnlyList<InvoiceStatus> All { get; } = Enum.GetValues<InvoiceStatus>();

    /// <summary>Whether the app still has something to do.</summary>
    public static bool IsOpen(this InvoiceStatus status) => status is InvoiceStatus.Pending or InvoiceStatus.NotFound or InvoiceStatus.Priced or InvoiceStatus.Sending;

    /// <summary>Whether it needs an operator.</summary>
    public static bool IsFailure(this InvoiceStatus status) =>
        status is InvoiceStatus.LookupFailed or InvoiceStatus.EmailFailed or InvoiceStatus.DeliveryUnknown;

    /// <summary>As the API writes it, such as <c>no_charge</c>.</summary>
    public static string ToText(this InvoiceStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <summary>The status of this name; null when there is none.</summary>
    public static InvoiceStatus? Parse(string text) => All.Where(status => status.ToText() == text).Cast<InvoiceStatus?>().FirstOrDefault();
}
