using System.Runtime.CompilerServices;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using Stripe;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Stripe's own list of events, which goes back 30 days.</summary>
public sealed class StripeEventList(StripeClients clients, TimeProvider time)
{
    private const int PageSize = 100;
    private const int Attempts = 20;

    /// <summary>The types that any handler has to do with. Stripe takes at most 20.</summary>
    private static readonly string[] Types =
    [
        EventTypes.CustomerCreated, EventTypes.CustomerUpdated, EventTypes.CustomerDeleted,
        EventTypes.CustomerSubscriptionCreated, EventTypes.CustomerSubscriptionUpdated, EventTypes.CustomerSubscriptionDeleted,
        EventTypes.CustomerSubscriptionPaused, EventTypes.CustomerSubscriptionResumed,
        EventTypes.InvoiceCreated, EventTypes.InvoiceFinalized, EventTypes.InvoicePaid, EventTypes.InvoicePaymentSucceeded, EventTypes.InvoicePaymentFailed,
        EventTypes.InvoiceUpdated, EventTypes.InvoiceVoided, EventTypes.InvoiceMarkedUncollectible, EventTypes.InvoiceDeleted, EventTypes.InvoiceOverdue,
    ];

    /// <summary>What Stripe could not deliver, and everything of our types: pages of events as Stripe wrote them, some twice.</summary>
    /// <param name="from">Events from this time on.</param>
    /// <param name="until">Events before this time; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StripeThrottledException">The rate limit has no room for long.</exception>
    internal async IAsyncEnumerable<IReadOnlyList<byte[]>> ListAsync(DateTimeOffset from, DateTimeOffset? until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var options in new[] { new EventListOptions { DeliverySuccess = false }, new EventListOptions { Types = [.. Types] } })
        {
            options.Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime, LessThan = until?.UtcDateTime };
            options.Limit = PageSize;
            StripeList<Event> page;
            do
            {
                page = await FetchAsync(options, cancellationToken);
                using var json = JsonDocument.Parse(page.StripeResponse!.Content);
                yield return [.. json.RootElement.GetProperty("data").EnumerateArray().Select(item => JsonSerializer.SerializeToUtf8Bytes(item))];
                options.StartingAfter = page.Data.LastOrDefault()?.Id;
            }
            while (page.HasMore && page.Data.Count > 0);
        }
    }

    /// <summary>Waits, up to 20 times, as long as the rate limit wants: this runs in the background and has time.</summary>
    private async Task<StripeList<Event>> FetchAsync(EventListOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await clients.For(StripeLane.Export).V1.Events.ListAsync(options, cancellationToken: cancellationToken);
            }
            catch (StripeThrottledException throttled) when (attempt < Attempts)
            {
                var wait = throttled.RetryAt - time.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken);
            }
        }
    }
}
