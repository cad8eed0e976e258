using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Invoicing.Explain;

/// <summary>Tells an invoice's history to a person, and what is next. Pure.</summary>
internal static class InvoiceTimeline
{
    /// <summary>What happened to the invoice: to its mail alone, or all.</summary>
    public static IReadOnlyList<TimelineEntry> Of(MonthlyInvoice invoice, bool isMailOnly) =>
        [.. Journal.Read(invoice.History).Where(moment => !isMailOnly || IsOfMail(moment)).Select(EntryOf)];

    /// <summary>What happens next to it; null when nothing is left to do.</summary>
    /// <param name="invoice">The invoice.</param>
    /// <param name="sendsMails">Whether the settings for mails are there.</param>
    public static NextStep? Next(MonthlyInvoice invoice, bool sendsMails) => invoice.Status switch
    {
        InvoiceStatus.Pending => new("The amount API is asked.", invoice.NotBefore > invoice.QueuedAt ? invoice.NotBefore : invoice.QueuedAt),
        InvoiceStatus.NotFound => new("It is decided what the 404 means when all lookups of the month have ended."),
        InvoiceStatus.Priced when !sendsMails => new("The mail is sent when the settings for mails are there."),
        InvoiceStatus.Priced => new("The mail is sent.", invoice.QueuedAt),
        InvoiceStatus.Sending => new("The mail server answers, or the attempt counts as lost.", InvoiceTransitions.LeaseEnd(invoice)),
        InvoiceStatus.LookupFailed => new("An operator looks into the reason and calls retry_lookups."),
        InvoiceStatus.EmailFailed => new("An operator looks into the reason and calls retry_emails."),
        InvoiceStatus.DeliveryUnknown => new("An operator looks into the log of the mail server and calls resolve."),
        InvoiceStatus.Sent or InvoiceStatus.NoCharge or InvoiceStatus.NotBilled => null,
        _ => throw new ArgumentOutOfRangeException(nameof(invoice), invoice.Status, "Not a status"),
    };

    private static bool IsOfMail(Moment moment) =>
        moment.What is InvoiceHistory.MailBegun or InvoiceHistory.MailEnded or InvoiceHistory.MailNotStarted or InvoiceHistory.MailAbandoned or InvoiceHistory.Resolved
        || (moment.What is InvoiceHistory.Retried or InvoiceHistory.Swept && moment.Status is not ("pending" or "no_charge"))
        || moment is { What: InvoiceHistory.LookedUp, Status: "priced" };

    private static TimelineEntry EntryOf(Moment moment)
    {
        var status = moment.Status ?? "";
        if (status == "delivery_unknown" && moment.What != InvoiceHistory.MailEnded)
        {
            // Whoever meets the invoice first after the lease finds that: the sweeper, a message, an operator's retry.
            return moment.ToEntry(TimelineStep.Decided, "The sender of the mail was lost: it is not known whether it was delivered.");
        }

        return moment.What switch
        {
            InvoiceHistory.Added => moment.ToEntry(TimelineStep.Received, status == "not_billed" ? "The run left the customer out." : "The run added the invoice."),
            InvoiceHistory.LookedUp => moment.ToEntry(status == "lookup_failed" ? TimelineStep.Failed : TimelineStep.Attempted, status switch
            {
                "priced" => "The amount API gave the amount.",
                "no_charge" => "The amount API says that there is nothing to pay.",
                "not_found" => "The amount API does not know the customer and month.",
                "lookup_failed" => "The amount API gave no amount; this was the last attempt.",
                _ => "The amount API gave no amount; it is asked again.",
            }),
            InvoiceHistory.NotFoundJudged => moment.ToEntry(TimelineStep.Decided, status == "no_charge" ? "The 404 was taken to mean that there is nothing to pay." : "The 404 was not believed."),
            InvoiceHistory.LookupAbandoned => moment.ToEntry(TimelineStep.Failed, "The message of the lookup could not be processed."),
            InvoiceHistory.MailBegun => status == "email_failed"
                ? moment.ToEntry(TimelineStep.Failed, "No mail can be sent.")
                : moment.ToEntry(TimelineStep.Attempted, "The mail is being handed to the mail server."),
            InvoiceHistory.MailEnded => status switch
            {
                "sent" => moment.ToEntry(TimelineStep.Attempted, "The mail server has taken the mail."),
                "email_failed" => moment.ToEntry(TimelineStep.Failed, "The mail server refused the mail; this was the last attempt."),
                "delivery_unknown" => moment.ToEntry(TimelineStep.Attempted, "The session broke while the mail was on its way: it is not known whether it was delivered."),
                _ => moment.ToEntry(TimelineStep.Attempted, "The mail server did not take the mail; it is tried again."),
            },
            InvoiceHistory.MailNotStarted => moment.ToEntry(TimelineStep.Attempted, "The attempt was stopped before the mail server had anything of the mail."),
            InvoiceHistory.MailAbandoned => moment.ToEntry(TimelineStep.Failed, "The message of the mail could not be processed."),
            InvoiceHistory.Retried => moment.ToEntry(TimelineStep.Decided, "It is tried again, because an operator asked for it."),
            InvoiceHistory.Resolved => moment.ToEntry(TimelineStep.Decided, "An operator decided about the delivery."),
            InvoiceHistory.Swept => moment.ToEntry(TimelineStep.Decided, "The sweeper took it up."),
            var other => moment.ToEntry(TimelineStep.Decided, other),
        };
    }
}
