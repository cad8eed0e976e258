using System.Text.Json;

namespace BillingFunctions.Invoicing;

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
