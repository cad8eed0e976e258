namespace BillingFunctions.Customers;

/// <summary>A customer as the API shows it.</summary>
internal sealed record CustomerView(
    string Id,
    string? StripeId,
    string? Name,
    string? Email,
    string? Phone,
    string? Currency,
    IReadOnlyDictionary<string, string> Metadata,
    bool Livemode,
    DateTimeOffset? Created,
    bool Deleted,
    string Origin,
    string? LastEventId,
    DateTimeOffset? LastEventAt,
    DateTimeOffset? LastIngestedAt,
    string? FirstBillingMonth,
    string? TimeZone,
    DateTimeOffset UpdatedAt,
    string Status,
    IReadOnlyDictionary<string, string> Connectors)
{
    public static CustomerView From(Customer customer) => new(
        customer.Id,
        customer.StripeId,
        customer.Name,
        customer.Email ?? customer.UploadedEmail,
        customer.Phone,
        customer.Currency ?? customer.UploadedCurrency,
        customer.Metadata,
        customer.Livemode,
        customer.Created,
        customer.Deleted,
        customer.Origin,
        customer.LastEvent.EventId is { Length: > 0 } eventId ? eventId : null,
        customer.LastEvent.EventId is { Length: > 0 } ? DateTimeOffset.FromUnixTimeSeconds(customer.LastEvent.Created) : null,
        customer.LastIngestedAt,
        customer.FirstBillingMonth,
        customer.TimeZone,
        customer.UpdatedAt,
        customer.Status,
        ConnectorsOf(customer));

    /// <summary>The id that each system has it under.</summary>
    private static Dictionary<string, string> ConnectorsOf(Customer customer)
    {
        var ids = customer.Copies.All.Where(copy => copy.Value is { Id: not null, Deleted: false }).ToDictionary(copy => copy.Key, copy => copy.Value.Id!);
        if (customer.CopyIn(Customer.FromStripe) is { Id: { } stripeId, Deleted: false })
        {
            ids[Customer.FromStripe] = stripeId;
        }

        return ids;
    }
}
