using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.Customers.Events;

namespace BillingFunctions.Customers;

/// <summary>A customer as the last event or upload about it says.</summary>
public sealed record Customer
{
    /// <summary>The <see cref="Origin"/> of what Stripe told us.</summary>
    public const string FromStripe = "stripe";

    /// <summary>The <see cref="Origin"/> of what an uploaded file told us.</summary>
    public const string FromUpload = "upload";

    public required string Id { get; init; }

    public required EventStamp LastEvent { get; init; }

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

    /// <summary>The system that this content came from.</summary>
    public string Origin { get; init; } = FromStripe;

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

    /// <summary>The same for the same content, wherever it came from: what has just been received need not be sent back.</summary>
    public string ContentHash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new object?[]
    {
        Name, Email, Phone, Currency, Deleted, Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal),
    })));
}
