using System.Text.Json;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Tests.Customers;

/// <summary>Makes events as Stripe sends them.</summary>
internal static class StripeEvents
{
    public const long Time = 1_770_000_000;

    public static StripeEvent Of(string type, string eventId, long created, object content) =>
        new(eventId, type, created, Livemode: false, JsonSerializer.SerializeToElement(content), Previous: default, "2026-07-29.dahlia");

    public static StripeEvent Customer(string type, string eventId, long created, string? name = null, string id = "cus_1") => Of(type, eventId, created, new
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

    public static StripeEvent Invoice(string type, string eventId, long created, string status, long paid = 0, string id = "in_1", long invoiceCreated = Time) =>
        Of(type, eventId, created, new
        {
            id,
            @object = "invoice",
            customer = "cus_1",
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
