namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>A customer as stored; changes make a new one, so that one being written out stays as it is.</summary>
internal sealed record CustomerRecord
{
    public required CustomerNumber Number { get; init; }

    public required string Id { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Created { get; init; }

    public bool Deleted { get; init; }

    public AddressRecord? Address { get; init; }

    public long Balance { get; init; }

    public string? BusinessName { get; init; }

    public string? Currency { get; init; }

    public string? DefaultSource { get; init; }

    public bool Delinquent { get; init; }

    public string? Description { get; init; }

    public string? Email { get; init; }

    public string? IndividualName { get; init; }

    public string? InvoicePrefix { get; init; }

    public string? InvoiceFooter { get; init; }

    public string? DefaultPaymentMethod { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string? Name { get; init; }

    public long NextInvoiceSequence { get; init; } = 1;

    public string? Phone { get; init; }

    public IReadOnlyList<string> PreferredLocales { get; init; } = [];

    public ShippingRecord? Shipping { get; init; }

    public string TaxExempt { get; init; } = "none";
}

/// <summary>A postal address.</summary>
internal sealed record AddressRecord(string? City, string? Country, string? Line1, string? Line2, string? PostalCode, string? State);

/// <summary>Where to ship to.</summary>
internal sealed record ShippingRecord(AddressRecord? Address, string? Name, string? Phone);
