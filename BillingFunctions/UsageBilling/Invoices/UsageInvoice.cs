namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>The invoice of an organization for the usage of a month.</summary>
public sealed record UsageInvoice
{
    public required string Id { get; init; }

    /// <summary>The month whose usage it takes, <c>yyyy-MM</c>, UTC.</summary>
    public required string Period { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public required string Currency { get; init; }

    public UsageInvoiceStatus Status { get; init; }

    public DateTimeOffset? DueDate { get; init; }

    public DateTimeOffset? InvoicedAt { get; init; }

    /// <summary>The invoices at Stripe, in the order in which they were begun: a further one for what the one before had no room for.</summary>
    public IReadOnlyList<StripeDraft> StripeInvoices { get; init; } = [];

    /// <summary>How Stripe's lines differed when it was to be closed; empty when they did not.</summary>
    public IReadOnlyList<string> Difference { get; init; } = [];

    /// <summary>What a person should know of it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    internal InvoiceId InvoiceId => UsageBilling.InvoiceId.Parse(Id) ?? throw new InvalidDataException($"{Id} is not the id of an invoice.");
}

/// <summary>An invoice at Stripe.</summary>
/// <param name="Id"><c>in_…</c>.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="LastLineId">The last line whose id has been noted, so that a list of the later ones can begin behind it.</param>
/// <param name="IsEnded">Whether it takes no more lines: somebody has finalised or deleted it at Stripe.</param>
public sealed record StripeDraft(string Id, int Lines, string? LastLineId = null, bool IsEnded = false);

/// <summary>Where an invoice is in its life. Stored by name.</summary>
public enum UsageInvoiceStatus
{
    /// <summary>It takes items.</summary>
    Open,

    /// <summary>It takes no more items; what is on its way still arrives, then its lines are compared.</summary>
    Closing,

    /// <summary>Its lines were as they should be, and it was finalised as configured.</summary>
    Closed,

    /// <summary>Its lines at Stripe are not as they should be: a person decides.</summary>
    Held,

    /// <summary>It is not to be billed.</summary>
    Void,
}
