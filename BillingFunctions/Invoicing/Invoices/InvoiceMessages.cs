using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>The queue message: look up what a customer owes for a month. May be delivered any number of times; the invoice says whether it is still to be done.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Attempts">How many attempts have failed; a message that does not know of the last one is out of date. A failed job's message says 0: retried, it has all attempts again.</param>
public sealed record InvoiceLookup(string Month, string CustomerId, int Attempts = 0) : TracedMessage
{
    public const string Queue = "invoice-lookups";
}

/// <summary>The queue message: send the mail. May be delivered any number of times; the invoice says whether it is still to be done, and counts the attempts.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="FollowsAttempt">
/// How many attempts had failed when this message was queued to follow an earlier one; it then leaves alone an invoice that has failed for good or was tried
/// again since. Null for a message of its own: it tries a failed invoice again.
/// </param>
public sealed record InvoiceEmail(string Month, string CustomerId, int? FollowsAttempt = null) : TracedMessage
{
    public const string Queue = "invoice-emails";
}
