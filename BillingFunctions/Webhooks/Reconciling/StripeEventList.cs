using System.Runtime.CompilerServices;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using Polly;
using Stripe;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Stripe's own list of events, which goes back 30 days.</summary>
public sealed class StripeEventList(StripeClients clients, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>The types that any handler has to do with. Stripe takes at most 20.</summary>
    internal static readonly string[] Types =
    [
        EventTypes.CustomerCreated, EventTypes.CustomerUpdated, EventTypes.CustomerDeleted,
        EventTypes.CustomerSubscriptionCreated, EventTypes.CustomerSubscriptionUpdated, EventTypes.CustomerSubscriptionDeleted,
        EventTypes.CustomerSubscriptionPaused, EventTypes.CustomerSubscriptionResumed,
        EventTypes.InvoiceCreated, EventTypes.InvoiceFinalized, EventTypes.InvoicePaid, EventTypes.InvoicePaymentSucceeded, EventTypes.InvoicePaymentFailed,
        EventTypes.InvoiceUpdated, EventTypes.InvoiceVoided, EventTypes.InvoiceMarkedUncollectible, EventTypes.InvoiceDeleted, EventTypes.InvoiceOverdue,
    ];

    private readonly ResiliencePipeline _patiently = StripePatience.Create(time);

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
            do
            {
                var events = await _patiently.ExecuteAsync(
                    async token => await clients.For(StripeLane.Export).V1.Events.ListAsync(options, cancellationToken: token), cancellationToken);
                var page = StripePage.Read(events.StripeResponse!, options.StartingAfter);
                yield return [.. page.Items.Select(item => JsonSerializer.SerializeToUtf8Bytes(item))];
                options.StartingAfter = page.Next;
            }
            while (options.StartingAfter is not null);
        }
    }
}
