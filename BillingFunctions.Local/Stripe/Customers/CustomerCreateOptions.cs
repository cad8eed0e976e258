namespace Stripe;

/// <summary>A customer to create.</summary>
public class CustomerCreateOptions : BaseOptions, IHasMetadata
{
    /// <summary>Null clears it.</summary>
    public AddressOptions? Address
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    /// <summary>In minor units; negative is credit.</summary>
    public long? Balance { get; set; }

    /// <summary>Null clears it.</summary>
    public string? BusinessName
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    public string? Description { get; set; }

    public string? Email { get; set; }

    /// <summary>Null clears it.</summary>
    public string? IndividualName
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    /// <summary>3 to 12 capital letters or digits.</summary>
    public string? InvoicePrefix { get; set; }

    public CustomerInvoiceSettingsOptions? InvoiceSettings { get; set; }

    /// <summary>Merged key by key; an empty value removes a key, null removes all.</summary>
    public Dictionary<string, string>? Metadata
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    /// <summary>An empty string clears it; so with the other texts.</summary>
    public string? Name { get; set; }

    public long? NextInvoiceSequence { get; set; }

    public string? PaymentMethod { get; set; }

    public string? Phone { get; set; }

    public List<string>? PreferredLocales { get; set; }

    /// <summary>Null clears it.</summary>
    public ShippingOptions? Shipping
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    /// <summary><c>none</c>, <c>exempt</c> or <c>reverse</c>; null clears it.</summary>
    public string? TaxExempt
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    public string? TestClock { get; set; }

    public bool? Validate { get; set; }
}
