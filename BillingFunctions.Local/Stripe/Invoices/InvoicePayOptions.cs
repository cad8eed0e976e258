namespace Stripe;

/// <summary>How to pay an invoice.</summary>
public class InvoicePayOptions : BaseOptions
{
    /// <summary>Whether to write off what the source does not cover.</summary>
    public bool? Forgive { get; set; }

    public bool? OffSession { get; set; }

    /// <summary>Whether it was paid outside of Stripe; nothing is charged then.</summary>
    public bool? PaidOutOfBand { get; set; }

    public string? PaymentMethod { get; set; }

    public string? Source { get; set; }
}

/// <summary>How to finalize an invoice.</summary>
public class InvoiceFinalizeOptions : BaseOptions
{
    /// <summary>Whether Stripe is to collect it by itself.</summary>
    public bool? AutoAdvance { get; set; }
}

/// <summary>Nothing but what all options have.</summary>
public class InvoiceVoidOptions : BaseOptions
{
}
