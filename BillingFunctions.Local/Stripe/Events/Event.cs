using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Something that happened in an account, with the object as it was just after.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Event : StripeEntity<Event>, IHasId, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    /// <summary>The connected account that it happened in; null in the caller's own.</summary>
    public string? Account { get; set; }

    /// <summary>The API version that shaped <see cref="Data"/>; it never changes afterwards.</summary>
    public string? ApiVersion { get; set; }

    public string? Context { get; set; }

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    public EventData Data { get; set; } = null!;

    public bool Livemode { get; set; }

    /// <summary>How many webhook endpoints have yet to accept it.</summary>
    public long PendingWebhooks { get; set; }

    /// <summary>The call that caused it; null when none did.</summary>
    [JsonConverter(typeof(EventRequestConverter))]
    public EventRequest? Request { get; set; }

    /// <summary>One of <see cref="EventTypes"/>, or a newer one.</summary>
    public string Type { get; set; } = null!;
}
