using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Writes down what happens to an invoice, in the invoice's own row. Pure but for the id of the present call.</summary>
internal static class InvoiceHistory
{
    public const string Added = "added";
    public const string LookedUp = "looked_up";
    public const string NotFoundJudged = "not_found_judged";
    public const string LookupAbandoned = "lookup_abandoned";
    public const string MailBegun = "mail_begun";
    public const string MailEnded = "mail_ended";
    public const string MailNotStarted = "mail_not_started";
    public const string MailAbandoned = "mail_abandoned";
    public const string Retried = "retried";
    public const string Resolved = "resolved";
    public const string Swept = "swept";

    /// <summary>Notes that a run has put the customer on its list.</summary>
    public static InvoiceTransition Note(InvoiceTransition transition, DateTimeOffset now) =>
        Note(transition, Moment.Now(now, Added) with { Detail = transition.Invoice.Reason });

    /// <summary>Notes what an event has changed. A message that only waits, or a lease that goes on, is nothing worth telling.</summary>
    public static InvoiceTransition Note(InvoiceTransition transition, InvoiceEvent @event, DateTimeOffset now) =>
        MomentOf(transition.Invoice, @event, now) is { } moment ? Note(transition, moment) : transition;

    private static InvoiceTransition Note(InvoiceTransition transition, Moment moment) => IsTold(transition)
        ? transition with { Invoice = transition.Invoice with { History = Journal.With(transition.Before.History, moment with { Status = transition.Invoice.Status.ToText() }) } }
        : transition;

    private static bool IsTold(InvoiceTransition transition) => transition.IsChanged
        && (transition.Before.ETag == default
            || (transition.Before.Status, transition.Before.LookupAttempts, transition.Before.EmailAttempts)
            != (transition.Invoice.Status, transition.Invoice.LookupAttempts, transition.Invoice.EmailAttempts));

    /// <param name="next">The invoice after it.</param>
    /// <param name="event">What has happened.</param>
    /// <param name="now">The current time.</param>
    private static Moment? MomentOf(MonthlyInvoice next, InvoiceEvent @event, DateTimeOffset now) => @event switch
    {
        AmountAnswered answered => Moment.Now(now, LookedUp) with
        {
            Attempt = answered.Attempts + 1,
            ReplyCode = answered.Answer.ReplyCode,
            Detail = next.Reason ?? next.Amount?.ToString(),
        },
        LookupsEnded => Moment.Now(now, NotFoundJudged) with { Detail = next.Reason },
        Invoices.LookupAbandoned => Moment.Now(now, LookupAbandoned) with { Detail = next.Reason },
        EmailReceived => Moment.Now(now, MailBegun) with { Attempt = next.EmailAttempts + (next.Status == InvoiceStatus.Sending ? 1 : 0), Detail = next.Reason },
        EmailEnded ended => Moment.Now(now, MailEnded) with
        {
            Attempt = next.EmailAttempts,
            ReplyCode = ended.Outcome.ReplyCode,
            Detail = ended.Outcome.Reason ?? ended.Outcome.Receipt,
        },
        EmailNotStarted => Moment.Now(now, MailNotStarted),
        EmailAbandoned => Moment.Now(now, MailAbandoned) with { Detail = next.Reason },
        RetryRequested => Moment.Now(now, Retried),
        DeliveryResolved resolved => Moment.Now(now, Resolved) with { Detail = resolved.WasDelivered ? "delivered" : "to be sent again" },
        Invoices.Swept => Moment.Now(now, Swept) with { Detail = next.Reason },
        _ => null,
    };
}
