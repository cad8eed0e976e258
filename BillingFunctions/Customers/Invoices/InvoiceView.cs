using BillingFunctions.Platform;

namespace BillingFunctions.Customers.Invoices;

/// <summary>An invoice of a customer, whoever keeps it, as the API shows it. What its source does not know is null: no amount is computed from others.</summary>
public sealed record InvoiceView
{
    /// <summary><c>in_…</c> of Stripe, <c>2026-10/cust_1</c> (month and customer) of a monthly invoice, <c>inv_…</c> of a usage invoice.</summary>
    public required string Id { get; init; }

    /// <summary>Where the invoice is kept: at Stripe, in monthly invoicing, or in usage billing.</summary>
    public required InvoiceSource Source { get; init; }

    /// <summary>The customer as the source names it: a monthly invoice has our id, the others Stripe's.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The subscription at Stripe that it is of; null for any other.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>What the customer knows it by.</summary>
    public string? Number { get; init; }

    /// <summary>In the words of the source.</summary>
    public string? Status { get; init; }

    /// <summary>What is to be paid.</summary>
    public Money? AmountDue { get; init; }

    /// <summary>What has been paid.</summary>
    public Money? AmountPaid { get; init; }

    /// <summary>What is left to be paid.</summary>
    public Money? AmountRemaining { get; init; }

    /// <summary>What it amounts to.</summary>
    public Money? Total { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it is to be paid.</summary>
    public DateTimeOffset? DueDate { get; init; }

    /// <summary>When the period begins that it bills.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>When that period ends.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>The page at Stripe where it can be paid.</summary>
    public string? HostedInvoiceUrl { get; init; }

    /// <summary>Whether it is about real money.</summary>
    public bool? Livemode { get; init; }

    /// <summary>Whether it has been deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>The last event of Stripe that changed it.</summary>
    public string? LastEventId { get; init; }

    /// <summary>When that happened.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>When it was last changed here.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The usage invoice that a Stripe invoice bills; null for any other.</summary>
    public string? UsageInvoiceId { get; init; }

    /// <summary>The Stripe invoices that bill a usage invoice, in the order in which they were begun; none for any other.</summary>
    public IReadOnlyList<string> StripeInvoiceIds { get; init; } = [];

    public static InvoiceView From(CustomerInvoice invoice) => new()
    {
        Id = invoice.Id,
        Source = InvoiceSource.Stripe,
        CustomerId = invoice.CustomerId,
        SubscriptionId = invoice.SubscriptionId,
        Number = invoice.Number,
        Status = invoice.Status,
        AmountDue = invoice.AmountDue,
        AmountPaid = invoice.AmountPaid,
        AmountRemaining = invoice.AmountRemaining,
        Total = invoice.Total,
        Created = invoice.Created,
        DueDate = invoice.DueDate,
        PeriodStart = invoice.PeriodStart,
        PeriodEnd = invoice.PeriodEnd,
        HostedInvoiceUrl = invoice.HostedInvoiceUrl,
        Livemode = invoice.Livemode,
        Deleted = invoice.Deleted,
        LastEventId = invoice.LastEvent.EventId,
        LastEventAt = DateTimeOffset.FromUnixTimeSeconds(invoice.LastEvent.Created),
        UpdatedAt = invoice.UpdatedAt,
    };
}

/// <summary>Who keeps an invoice. The API writes it by name.</summary>
public enum InvoiceSource
{
    /// <summary>Stripe made it; the catalogue has it from webhooks.</summary>
    Stripe,

    /// <summary>The monthly invoicing.</summary>
    Monthly,

    /// <summary>Usage billing.</summary>
    Usage,
}
