namespace Stripe;

/// <summary>Which customers to list.</summary>
public class CustomerListOptions : ListOptions
{
    /// <summary>A time or a range of times, in whole seconds.</summary>
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    /// <summary>Exact, and case-sensitive.</summary>
    public string? Email { get; set; }

    public string? TestClock { get; set; }
}

/// <summary>Nothing but what all options have.</summary>
public class CustomerGetOptions : BaseOptions
{
}

/// <summary>Nothing but what all options have.</summary>
public class CustomerDeleteOptions : BaseOptions
{
}
