namespace BillingFunctions.Invoicing.Invoices;

/// <summary>What follows from an event.</summary>
/// <param name="Before">The invoice as it was read.</param>
/// <param name="Invoice">The invoice as it is to be stored; the same object as <paramref name="Before"/> when there is nothing to store.</param>
/// <param name="Effects">What is to be done besides.</param>
internal sealed record InvoiceTransition(MonthlyInvoice Before, MonthlyInvoice Invoice, params IReadOnlyList<InvoiceEffect> Effects)
{
    public bool IsChanged => !ReferenceEquals(Before, Invoice);

    /// <summary>Whether the customer had no invoice before, and has one now.</summary>
    public bool AddsInvoice => IsChanged && Invoice.Status == InvoiceStatus.Pending && (Before.ETag == default || Before.Status == InvoiceStatus.NotBilled);

    /// <summary>Whether the invoice has been marked for a session with the mail server, which is to begin now.</summary>
    public bool StartsSending => IsChanged && Invoice.Status == InvoiceStatus.Sending;
}

/// <summary>Something to do besides storing the invoice. Each may be done twice.</summary>
internal abstract record InvoiceEffect
{
    /// <summary>Whether it is done before the invoice is stored, or afterwards.</summary>
    public virtual bool IsFirst => false;
}

/// <summary>Queue a lookup.</summary>
/// <param name="Attempts">The failed attempts so far.</param>
/// <param name="Delay">How long the message stays hidden; null for not at all.</param>
internal sealed record QueueLookup(int Attempts, TimeSpan? Delay = null) : InvoiceEffect;

/// <summary>Queue a mail.</summary>
/// <param name="FollowsAttempt">See <see cref="InvoiceEmail.FollowsAttempt"/>.</param>
/// <param name="Delay">How long the message stays hidden; null for not at all.</param>
internal sealed record QueueEmail(int? FollowsAttempt, TimeSpan? Delay = null) : InvoiceEffect;

/// <summary>Record a failed job with the invoice's reason, unless there is one.</summary>
/// <param name="Step">Its queue.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="HasMessage">Whether a message comes again if the process dies, and adds it then. Without one it is added before the invoice has failed, when the event still applies.</param>
internal sealed record AddFailedJob(InvoiceStep Step, int Attempts, bool HasMessage = true) : InvoiceEffect
{
    public override bool IsFirst => !HasMessage;
}

/// <summary>Remove the failed job, because its step is being tried again or is done. A process that dies before it has stored the invoice leaves a failed one that its message is for, never a failed job of an invoice that has not failed.</summary>
/// <param name="Step">Its queue.</param>
internal sealed record RemoveFailedJob(InvoiceStep Step) : InvoiceEffect
{
    public override bool IsFirst => true;
}
