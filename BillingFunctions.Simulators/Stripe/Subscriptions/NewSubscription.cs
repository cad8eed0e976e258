namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>A subscription to create.</summary>
/// <param name="Customer">The id of the customer.</param>
public sealed record NewSubscription(string Customer)
{
    /// <summary>See <see cref="PriceRecord"/> for ids that name an amount.</summary>
    public IReadOnlyList<NewSubscriptionItem> Items { get; init; } = [new("price_usd_1000")];

    /// <summary>
    /// <c>allow_incomplete</c> pays the first invoice, or leaves it open when the customer's payments are declined;
    /// <c>default_incomplete</c> leaves it open; <c>error_if_incomplete</c> refuses when it cannot be paid.
    /// </summary>
    public string PaymentBehavior { get; init; } = "allow_incomplete";

    /// <summary><c>charge_automatically</c>, or <c>send_invoice</c>, which is active at once.</summary>
    public string CollectionMethod { get; init; } = "charge_automatically";

    public long? DaysUntilDue { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? CancelAt { get; init; }

    public bool CancelAtPeriodEnd { get; init; }

    public long? TrialPeriodDays { get; init; }

    public string? Description { get; init; }

    public string? DefaultPaymentMethod { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A price to subscribe to.</summary>
public sealed record NewSubscriptionItem(string Price, long Quantity = 1)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
