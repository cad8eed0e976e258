using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>What a customer owes for a month, and how far it is on its way to the customer.</summary>
public sealed record MonthlyInvoice
{
    /// <summary>How long a mail may be in <see cref="InvoiceStatus.Sending"/> before nobody can know any more what became of it. An SMTP session takes half of it at most.</summary>
    public static readonly TimeSpan SendingLease = TimeSpan.FromSeconds(60);

    /// <summary><c>yyyy-MM</c>, UTC.</summary>
    public required string Month { get; init; }

    public required string CustomerId { get; init; }

    public InvoiceStatus Status { get; init; }

    /// <summary>Where the mail goes, as the customer's row said when the invoice was made or last retried.</summary>
    public string Email { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The customer's IANA time zone; null when not known.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What the customer is billed in; null when not known, then any currency will do.</summary>
    public string? Currency { get; init; }

    /// <summary>What is owed; null as long as it is not known. Once known it is never changed.</summary>
    public Money? Amount { get; init; }

    /// <summary>Why there is nothing to pay, why it is not billed, or what failed. Without secrets.</summary>
    public string? Reason { get; init; }

    /// <summary>How often the amount was asked for. A lookup's message that is for another attempt than the next one is out of date.</summary>
    public int LookupAttempts { get; init; }

    /// <summary>How often the mail was tried.</summary>
    public int EmailAttempts { get; init; }

    /// <summary>Who is sending, or has sent last; only the attempt that is named here may write its outcome.</summary>
    public string? SendAttemptId { get; init; }

    public DateTimeOffset? SendingSince { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>From when on its message can be taken from the queue, as far as it is known: ahead of now while it waits for another attempt; null when it is still to be queued.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Which version of the row this is; default for one that is not stored.</summary>
    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>
    /// The invoice as it is now. One that has been <see cref="InvoiceStatus.Sending"/> for longer than <see cref="SendingLease"/> was left there by a
    /// process that died, perhaps after the mail server had the mail. That was an attempt, and the invoice is <see cref="InvoiceStatus.DeliveryUnknown"/>, or, if the settings say so, to be sent again.
    /// </summary>
    /// <returns>This one when nothing has changed; else one that is still to be stored.</returns>
    public MonthlyInvoice WithLeaseChecked(DateTimeOffset now, UnknownDelivery unknown) =>
        Status == InvoiceStatus.Sending && now - (SendingSince ?? UpdatedAt) > SendingLease
            ? (this with { EmailAttempts = EmailAttempts + 1 }).WithDeliveryUnknown("The process that was sending the mail ended before it could tell what became of it.", unknown)
            : this;

    /// <summary>After a mail of which nobody knows whether the mail server has it.</summary>
    public MonthlyInvoice WithDeliveryUnknown(string reason, UnknownDelivery unknown) => unknown switch
    {
        UnknownDelivery.Hold => this with { Status = InvoiceStatus.DeliveryUnknown, Reason = reason, SendingSince = null },
        UnknownDelivery.Resend => this with { Status = InvoiceStatus.Priced, Reason = reason, SendingSince = null, QueuedAt = null },
        _ => throw new ArgumentOutOfRangeException(nameof(unknown), unknown, "Not a policy"),
    };

    /// <summary>A failed invoice back where it was before it failed, and one that waits for another attempt, with all their attempts; any other as it is.</summary>
    public MonthlyInvoice Reopened() => Status switch
    {
        InvoiceStatus.Pending when LookupAttempts > 0 => this with { LookupAttempts = 0 },
        InvoiceStatus.Priced when EmailAttempts > 0 => this with { EmailAttempts = 0 },
        InvoiceStatus.LookupFailed => this with { Status = InvoiceStatus.Pending, Reason = null, LookupAttempts = 0, QueuedAt = null },
        InvoiceStatus.EmailFailed => this with { Status = InvoiceStatus.Priced, Reason = null, EmailAttempts = 0, QueuedAt = null },
        _ => this,
    };
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

    /// <summary>No amount could be had, in none of the attempts. Can be retried.</summary>
    LookupFailed = 5,

    /// <summary>The mail server refused the mail, finally or too often; it was not delivered. Can be retried.</summary>
    EmailFailed = 6,

    /// <summary>Nobody can know whether the mail server has the mail. A person decides.</summary>
    DeliveryUnknown = 7,

    /// <summary>The customer is not billed for this month; the reason says why.</summary>
    NotBilled = 8,
}

internal static class InvoiceStatuses
{
    public static IReadOnlyList<InvoiceStatus> All { get; } = Enum.GetValues<InvoiceStatus>();

    /// <summary>Whether something is still to be done by itself.</summary>
    public static bool IsOpen(this InvoiceStatus status) => status is InvoiceStatus.Pending or InvoiceStatus.Priced or InvoiceStatus.Sending;

    /// <summary>Whether a person has to look at it.</summary>
    public static bool IsFailure(this InvoiceStatus status) =>
        status is InvoiceStatus.LookupFailed or InvoiceStatus.EmailFailed or InvoiceStatus.DeliveryUnknown;

    /// <summary>As the API writes it, such as <c>no_charge</c>.</summary>
    public static string ToText(this InvoiceStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <summary>Null when it is none.</summary>
    public static InvoiceStatus? Parse(string text) => All.Where(status => status.ToText() == text).Cast<InvoiceStatus?>().FirstOrDefault();
}
