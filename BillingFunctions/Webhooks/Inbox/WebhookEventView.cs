using System.Text;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>An event in the inbox with what Stripe has sent.</summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Created">When it happened, by Stripe.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="ApiVersion">The API version it was written in.</param>
/// <param name="ApiVersionMismatch">Whether that is another than ours.</param>
/// <param name="Status">How far it is.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="SettledAt">When it was applied, ignored or given up.</param>
/// <param name="Error">Why it could not be applied the last time, or is ignored.</param>
/// <param name="Source">Who brought it: <c>webhook</c> or <c>reconciler</c>.</param>
/// <param name="Payload">The body as it was received.</param>
public sealed record WebhookEventView(
    string Id,
    string Type,
    DateTimeOffset Created,
    bool Livemode,
    string? ApiVersion,
    bool ApiVersionMismatch,
    EventStatus Status,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? SettledAt,
    string? Error,
    string Source,
    string Payload)
{
    internal static WebhookEventView From(StoredEvent stored, byte[] payload) => new(
        stored.Id,
        stored.Type,
        stored.Created,
        stored.Livemode,
        stored.ApiVersion,
        stored.ApiVersionMismatch,
        stored.Status,
        stored.ReceivedAt,
        stored.SettledAt,
        stored.Error,
        stored.Source,
        Encoding.UTF8.GetString(payload));
}
