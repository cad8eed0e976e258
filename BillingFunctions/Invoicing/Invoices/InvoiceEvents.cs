using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Something that happens to an invoice; <see cref="InvoiceTransitions"/> decides what follows from it.</summary>
internal abstract record InvoiceEvent;

/// <summary>A lookup message has been delivered for which the amount API was not asked, because the lookup is not due.</summary>
/// <param name="Attempts">The failed attempts that the message knows of.</param>
internal sealed record LookupReceived(int Attempts) : InvoiceEvent;

/// <summary>The amount API has answered, or could not be asked.</summary>
/// <param name="Attempts">The failed attempts before this one.</param>
/// <param name="Answer">What it said.</param>
internal sealed record AmountAnswered(int Attempts, AmountAnswer Answer) : InvoiceEvent
{
    /// <summary>With a 404: the last of the three months before for which the customer was billed; null when it was billed for none.</summary>
    public string? LastBilled { get; init; }
}

/// <summary>All lookups of a month have ended, and their counts say what a 404 means.</summary>
/// <param name="NotFound">How many invoices of the month had a 404, those judged before included.</param>
/// <param name="Billed">How many invoices the month has, without customers that are not billed.</param>
internal sealed record LookupsEnded(int NotFound, int Billed) : InvoiceEvent;

/// <summary>A lookup message has reached the poison queue.</summary>
/// <param name="Attempts">The failed attempts that the message knows of.</param>
internal sealed record LookupAbandoned(int Attempts) : InvoiceEvent;

/// <summary>A mail message has been delivered.</summary>
/// <param name="FollowsAttempt">See <see cref="InvoiceEmail.FollowsAttempt"/>.</param>
/// <param name="AttemptId">A new id, under which the mail is sent if it is to be sent now.</param>
internal sealed record EmailReceived(int? FollowsAttempt, string AttemptId) : InvoiceEvent;

/// <summary>The session with the mail server still waits for an answer, and its sender lives.</summary>
/// <param name="AttemptId">The attempt that it belongs to.</param>
internal sealed record LeaseRenewed(string AttemptId) : InvoiceEvent;

/// <summary>The session with the mail server has ended.</summary>
/// <param name="AttemptId">The attempt that it belonged to.</param>
/// <param name="Outcome">Whether the server has the mail.</param>
internal sealed record EmailEnded(string AttemptId, MailOutcome Outcome) : InvoiceEvent;

/// <summary>An attempt ended before the mail server had anything of the mail, because the app is stopping or the lease was lost. It does not count.</summary>
/// <param name="AttemptId">The attempt.</param>
internal sealed record EmailNotStarted(string AttemptId) : InvoiceEvent;

/// <summary>A mail message has reached the poison queue.</summary>
internal sealed record EmailAbandoned : InvoiceEvent;

/// <summary>An operator has called <c>retry_lookups</c> or <c>retry_emails</c>.</summary>
/// <param name="Step">Which of the two.</param>
/// <param name="Customer">The customer as it is now, whose address may have been corrected; null when it is not needed or not found.</param>
/// <param name="HasRoom">Whether the queues have room for its message. If not, the sweeper queues it later.</param>
internal sealed record RetryRequested(InvoiceStep Step, BilledCustomer? Customer, bool HasRoom) : InvoiceEvent;

/// <summary>An operator has decided about a mail whose delivery is unknown.</summary>
/// <param name="WasDelivered">False to send it again.</param>
internal sealed record DeliveryResolved(bool WasDelivered) : InvoiceEvent;

/// <summary>The sweeper has looked at the invoice.</summary>
internal sealed record Swept : InvoiceEvent;

/// <summary>The two steps of an invoice that have a queue.</summary>
internal enum InvoiceStep
{
    Lookup = 0,
    Email = 1,
}
