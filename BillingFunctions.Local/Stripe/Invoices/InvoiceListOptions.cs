namespace Stripe;

/// <summary>Which invoices to list.</summary>
public class InvoiceListOptions : ListOptions
{
    public string? CollectionMethod { get; set; }

    /// <summary>A time or a range of times, in whole seconds.</summary>
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    /// <summary>The id of the customer.</summary>
    public string? Customer { get; set; }

    public AnyOf<DateTime?, DateRangeOptions>? DueDate { get; set; }

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>.</summary>
    public string? Status { get; set; }

    /// <summary>The id of the subscription.</summary>
    public string? Subscription { get; set; }
}

/// <summary>Nothing but what all options have.</summary>
public class InvoiceGetOptions : BaseOptions
{
}
