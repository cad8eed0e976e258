namespace Stripe;

/// <summary>The types of the events of customers, subscriptions and invoices.</summary>
public static class EventTypes
{
    public const string CustomerCreated = "customer.created";

    public const string CustomerDeleted = "customer.deleted";

    public const string CustomerUpdated = "customer.updated";

    public const string CustomerSubscriptionCreated = "customer.subscription.created";

    /// <summary>Ended; a cancellation at the end of the period shows as an update before.</summary>
    public const string CustomerSubscriptionDeleted = "customer.subscription.deleted";

    public const string CustomerSubscriptionPaused = "customer.subscription.paused";

    public const string CustomerSubscriptionPendingUpdateApplied = "customer.subscription.pending_update_applied";

    public const string CustomerSubscriptionPendingUpdateExpired = "customer.subscription.pending_update_expired";

    public const string CustomerSubscriptionResumed = "customer.subscription.resumed";

    public const string CustomerSubscriptionTrialWillEnd = "customer.subscription.trial_will_end";

    /// <summary>Also when a period begins, and when the status changes.</summary>
    public const string CustomerSubscriptionUpdated = "customer.subscription.updated";

    public const string InvoiceCreated = "invoice.created";

    public const string InvoiceDeleted = "invoice.deleted";

    public const string InvoiceFinalizationFailed = "invoice.finalization_failed";

    public const string InvoiceFinalized = "invoice.finalized";

    public const string InvoiceMarkedUncollectible = "invoice.marked_uncollectible";

    public const string InvoiceOverdue = "invoice.overdue";

    /// <summary>Also when it was marked paid out of band; the one to grant access on.</summary>
    public const string InvoicePaid = "invoice.paid";

    public const string InvoicePaymentActionRequired = "invoice.payment_action_required";

    public const string InvoicePaymentFailed = "invoice.payment_failed";

    /// <summary>Only when a payment was attempted.</summary>
    public const string InvoicePaymentSucceeded = "invoice.payment_succeeded";

    public const string InvoiceSent = "invoice.sent";

    /// <summary>Its invoice has no id yet.</summary>
    public const string InvoiceUpcoming = "invoice.upcoming";

    public const string InvoiceUpdated = "invoice.updated";

    public const string InvoiceVoided = "invoice.voided";

    public const string InvoiceWillBeDue = "invoice.will_be_due";

    public const string InvoicePaymentPaid = "invoice_payment.paid";
}
