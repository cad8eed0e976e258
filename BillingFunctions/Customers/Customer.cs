using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Customers;

/// <summary>A customer: one record, whichever systems have it and wherever it was made.</summary>
public sealed record Customer
{
    /// <summary>The <see cref="Origin"/> of what Stripe told us.</summary>
    public const string FromStripe = "stripe";

    /// <summary>The <see cref="Origin"/> of what an uploaded file told us.</summary>
    public const string FromUpload = "upload";

    /// <summary>The <see cref="Origin"/> of what a request to our API told us.</summary>
    public const string FromApi = "api";

    public required string Id { get; init; }

    public required EventVersion LastEvent { get; init; }

    /// <summary><c>cus_…</c>; null for one that Stripe does not have.</summary>
    public string? StripeId { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>What it is billed in, three letters; null before its first bill.</summary>
    public string? Currency { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it pays real money.</summary>
    public bool Livemode { get; init; }

    /// <summary>When it was made at Stripe; null when the event does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Where it came from: the first system that knew it; an upload counts only until a system tells of it.</summary>
    public string Origin { get; init; } = FromStripe;

    /// <summary>What each system has of it, and who has set which field.</summary>
    public CustomerCopies Copies { get; init; } = CustomerCopies.None;

    /// <summary>The customer that this record has become a part of; null for a record of its own. Such a record only leads there.</summary>
    public string? MergedInto { get; init; }

    /// <summary><c>pending</c> until the first system has it, then <c>active</c>; <c>deleted</c>.</summary>
    public string Status => Deleted ? "deleted" : Origin == FromApi && StripeId is null && Copies.All.Values.All(copy => copy.Id is null) ? "pending" : "active";

    /// <summary>When the last upload that has it was received; null when it was in none. Stripe's events leave it alone, as they do the five below.</summary>
    public DateTimeOffset? LastIngestedAt { get; init; }

    /// <summary>The id of that upload.</summary>
    public string? LastIngestedBy { get; init; }

    /// <summary>Not billed for months before this one, <c>yyyy-MM</c>; null when there is no such limit.</summary>
    public string? FirstBillingMonth { get; init; }

    /// <summary>Where it is, as an IANA name such as <c>Europe/Berlin</c>; null when unknown.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The address in the last upload: where bills go if Stripe has none.</summary>
    public string? UploadedEmail { get; init; }

    /// <summary>The currency in the last upload: what is billed in if Stripe does not say.</summary>
    public string? UploadedCurrency { get; init; }

    /// <summary>When the row was last written. Unlike all else here it depends on when the events arrived.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The fields that it shares with other systems.</summary>
    internal CustomerContent Content => StripeId is null ? StripeContent : StripeContent.With([new(CustomerContent.StripeIdField, StripeId)]);

    /// <summary>Those of them that Stripe has.</summary>
    internal CustomerContent StripeContent => CustomerContent.From(Name, Email, Phone, Metadata);

    /// <summary>The same for the same content, wherever it came from.</summary>
    public string ContentHash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new object?[]
    {
        Name, Email, Phone, Currency, Deleted, Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal),
    })));

    /// <summary>The customer with other values in the fields that it shares.</summary>
    internal Customer With(CustomerContent content) => this with
    {
        Name = content[CustomerContent.NameField],
        Email = content[CustomerContent.EmailField],
        Phone = content[CustomerContent.PhoneField],
        Metadata = content.Metadata,
    };

    /// <summary>What a system has of it; null when the system has nothing.</summary>
    internal CustomerCopy? CopyIn(string system) => Copies.All.GetValueOrDefault(system) ?? (system == FromStripe ? PlainStripeCopy : null);

    /// <summary>The customer with what a system has of it.</summary>
    internal Customer WithCopy(string system, CustomerCopy copy) =>
        this with { StripeId = system == FromStripe ? copy.Id ?? StripeId : StripeId, Copies = Copies.With(system, copy) };

    /// <summary>The customer without what need not be stored: what Stripe has, as long as it says no more than the record.</summary>
    internal Customer Simplified() => CopyIn(FromStripe)?.SaysTheSame(PlainStripeCopy) == true ? this with { Copies = Copies.Without(FromStripe) } : this;

    /// <summary>The customer with what Stripe has written down, before the record, which says it as long as it is not, says something else.</summary>
    internal Customer WithStripesCopy() => CopyIn(FromStripe) is { } copy ? this with { Copies = Copies.With(FromStripe, copy) } : this;

    /// <summary>Who has set a field last, and when.</summary>
    internal FieldStamp StampOf(string field) => Copies.Stamps.GetValueOrDefault(field) ?? Origin switch
    {
        // Any system knows better than an uploaded file.
        FromUpload => new FieldStamp(FromUpload, DateTimeOffset.MinValue),
        FromStripe => new FieldStamp(FromStripe, DateTimeOffset.FromUnixTimeSeconds(LastEvent.Created)),
        _ => new FieldStamp(Origin, Created ?? DateTimeOffset.MinValue),
    };

    /// <summary>The customer with every stamp written down, before its last event, which dates those that are not, is another.</summary>
    internal Customer WithStampsKept() => Copies.IsEmpty ? this : this with
    {
        Copies = Copies with { Stamps = Copies.Stamps.SetItems(Content.Fields.Select(field => new KeyValuePair<string, FieldStamp>(field, StampOf(field)))) },
    };

    /// <summary>What Stripe has when nothing else is noted: what its last event said, which is what the record says; nothing is known when there was none.</summary>
    private CustomerCopy? PlainStripeCopy =>
        StripeId is null ? null : new CustomerCopy { Id = StripeId, Known = LastEvent == EventVersion.None ? null : StripeContent, Deleted = LastEvent.Final };
}
