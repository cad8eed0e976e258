using System.Text.Json;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.Customers.Events;

/// <summary>What things are at this moment, where their events do not tell.</summary>
internal interface ICurrentObjects
{
    /// <summary>The customer as Stripe writes it; null when Stripe does not have it, has deleted it, or cannot be asked.</summary>
    Task<JsonElement?> FindCustomerAsync(string id, CancellationToken cancellationToken);

    /// <summary>The invoice as Stripe writes it; null when Stripe does not have it, has deleted it, or cannot be asked.</summary>
    Task<JsonElement?> FindInvoiceAsync(string id, CancellationToken cancellationToken);
}

/// <summary>Asks Stripe, if it can be asked: whoever applies events must not be held up, nor fail, because Stripe is away.</summary>
internal sealed partial class CurrentObjects(StripeClients clients, ILogger<CurrentObjects> logger) : ICurrentObjects
{
    private V1Services Stripe => clients.For(StripeLane.Interactive).V1;

    public Task<JsonElement?> FindCustomerAsync(string id, CancellationToken cancellationToken) =>
        FindAsync(id, async () => await Stripe.Customers.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);

    public Task<JsonElement?> FindInvoiceAsync(string id, CancellationToken cancellationToken) =>
        FindAsync(id, async () => await Stripe.Invoices.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);

    private async Task<JsonElement?> FindAsync(string id, Func<Task<StripeEntity>> call, CancellationToken cancellationToken)
    {
        try
        {
            var found = await call();
            var json = StripeText.Parse(found.StripeResponse!.Content);
            return json.Flag("deleted") ? null : json;
        }
        catch (Exception failure) when (failure is StripeException or StripeThrottledException or SettingMissingException or HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotFound(logger, id, failure);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Two events of the same second disagree about {Id}, and its state could not be read from Stripe. The next event corrects it.")]
        public static partial void NotFound(ILogger logger, string id, Exception exception);
    }
}
