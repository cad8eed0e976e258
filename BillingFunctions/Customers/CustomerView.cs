namespace BillingFunctions.Customers;

/// <summary>A customer as the API shows it.</summary>
/// <param name="Id">Our id.</param>
/// <param name="StripeId">The id at Stripe; null as long as Stripe has none.</param>
/// <param name="Name">The name.</param>
/// <param name="Email">The address.</param>
/// <param name="Phone">The phone number.</param>
/// <param name="Currency">What it is billed in, three lower-case letters.</param>
/// <param name="Metadata">Texts by key.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="Created">When it was created, by the system that did it.</param>
/// <param name="Deleted">Whether it has been deleted.</param>
/// <param name="Origin">Who brought it: <c>stripe</c>, <c>salesforce</c>, <c>api</c> or <c>upload</c>.</param>
/// <param name="LastEventId">The last event of Stripe that changed it.</param>
/// <param name="LastEventAt">When that happened.</param>
/// <param name="LastIngestedAt">When it was last in an upload.</param>
/// <param name="FirstBillingMonth">The first month it is billed for, <c>yyyy-MM</c>.</param>
/// <param name="TimeZone">Its IANA time zone.</param>
/// <param name="UpdatedAt">When it was last changed here.</param>
/// <param name="Status"><c>pending</c> until the first system has it, then <c>active</c>, or <c>deleted</c>.</param>
/// <param name="Connectors">Its id in each connected system that has it.</param>
public sealed record CustomerView(
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
    internal static CustomerView From(Customer customer) => new(
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
