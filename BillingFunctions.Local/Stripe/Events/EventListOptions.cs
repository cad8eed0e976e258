namespace Stripe;

/// <summary>Which events to list; Stripe keeps them for 30 days.</summary>
public class EventListOptions : ListOptions
{
    /// <summary>A time or a range of times, in whole seconds.</summary>
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    /// <summary>True for those that every webhook endpoint accepted, false for the others; null for all.</summary>
    public bool? DeliverySuccess { get; set; }

    /// <summary>One type, or a group such as <c>invoice.*</c>; not together with <see cref="Types"/>.</summary>
    public string? Type { get; set; }

    /// <summary>Up to 20 types; not together with <see cref="Type"/>.</summary>
    public List<string>? Types { get; set; }
}

/// <summary>Nothing but what all options have.</summary>
public class EventGetOptions : BaseOptions
{
}
