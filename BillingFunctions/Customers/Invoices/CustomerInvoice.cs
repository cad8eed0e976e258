using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform;

namespace BillingFunctions.Customers.Invoices;

/// <summary>A Stripe invoice as the last event about it says.</summary>
public sealed record CustomerInvoice
{
    public required string Id { get; init; }

    public required string CustomerId { get; init; }

    public required EventVersion LastEvent { get; init; }

    /// <summary>What the customer sees on it; null while it is a draft.</summary>
    public string? Number { get; init; }

    /// <summary><c>draft</c>, <c>open</c>, <c>uncollectible</c>, <c>paid</c> or <c>void</c>.</summary>
    public string? Status { get; init; }

    public Money AmountDue { get; init; }

    public Money AmountPaid { get; init; }

    public Money AmountRemaining { get; init; }

    public Money Total { get; init; }

    /// <summary>When it was made. It never changes, and the rows are sorted by it.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Null when it is charged rather than sent.</summary>
    public DateTimeOffset? DueDate { get; init; }

    public DateTimeOffset? PeriodStart { get; init; }

    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>The page where it can be paid.</summary>
    public string? HostedInvoiceUrl { get; init; }

    /// <summary>The subscription it bills; null for one made by hand.</summary>
    public string? SubscriptionId { get; init; }

    public bool Livemode { get; init; }

    /// <summary>Only a draft can be deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>When the row was last written. Unlike all else here it depends on when the events arrived.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The same for invoices that say the same. The address of the page is another each time that Stripe writes it.</summary>
    public string ContentHash() => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(this with { LastEvent = EventVersion.None, UpdatedAt = default, HostedInvoiceUrl = null })));
}
