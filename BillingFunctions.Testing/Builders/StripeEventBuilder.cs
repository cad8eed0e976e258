using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes events as Stripe sends them.</summary>
internal static class StripeEventBuilder
{
    /// <summary>2 February 2026, 02:40:00 UTC.</summary>
    public const long Time = 1_770_000_000;

    /// <summary>The rule of an app with a test key.</summary>
    public static ForeignEvents NoneForeign { get; } = new(Options.Create(new StripeOptions()), Options.Create(new WebhookOptions()));

    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a webhook.</summary>
    /// <param name="content">The event's object, or its JSON; by default one that no handler knows.</param>
    public static string Json(
        string id,
        string type = "plan.created",
        long created = Time,
        object? content = null,
        string version = StripeObjectBuilder.Current,
        bool livemode = false) => JsonSerializer.Serialize(
            new
            {
                id,
                @object = "event",
                api_version = version,
                created,
                data = new { @object = content is string json ? JsonSerializer.Deserialize<JsonElement>(json) : content ?? new { id = "x_1" } },
                livemode,
                pending_webhooks = 1,
                request = new { id = (string?)null, idempotency_key = (string?)null },
                type,
            },
            AsIs);

    /// <summary>An event as its handlers get it.</summary>
    public static StripeEvent Event(
        string id, string type, long created, object content, string version = StripeObjectBuilder.Current, bool livemode = false) =>
        Received(id, type, created, content, version, livemode).Event;

    /// <summary>An event as the inbox gets it from a webhook.</summary>
    public static InboxEvent Received(
        string id, string type, long created, object content, string version = StripeObjectBuilder.Current, bool livemode = false)
    {
        var payload = Encoding.UTF8.GetBytes(Json(id, type, created, content, version, livemode));
        return new InboxEvent(StripeEvent.Parse(payload), payload, "webhook");
    }

    public static StripeEvent Customer(string type, string eventId, long created, string? name = null, string id = "cus_1") => Event(eventId, type, created, new
    {
        id,
        @object = "customer",
        name,
        email = name is null ? null : $"{name}@example.com",
        phone = "+49 30 1",
        currency = "eur",
        created = Time,
        metadata = new Dictionary<string, string> { ["plan"] = name ?? "none" },
    });

    public static StripeEvent Invoice(
        string type, string eventId, long created, string status, long paid = 0, string id = "in_1", long invoiceCreated = Time, string customer = "cus_1") =>
        Event(eventId, type, created, new
        {
            id,
            @object = "invoice",
            customer,
            number = status == "draft" ? null : "A-1",
            status,
            currency = "usd",
            amount_due = 1250,
            amount_paid = paid,
            amount_remaining = 1250 - paid,
            total = 1250,
            created = invoiceCreated,
            due_date = status == "draft" ? (long?)null : Time + 86_400,
            period_start = Time - 86_400,
            period_end = Time,
            hosted_invoice_url = "https://invoice.example/1",
            parent = new { subscription_details = new { subscription = "sub_1" } },
        });

    /// <summary>Every order of the items; for few of them.</summary>
    public static IEnumerable<T[]> Orders<T>(IReadOnlyList<T> items) => items.Count == 0
        ? [[]]
        : Enumerable.Range(0, items.Count).SelectMany(first =>
            Orders<T>([.. items.Where((_, index) => index != first)]).Select(rest => (T[])[items[first], .. rest]));
}
