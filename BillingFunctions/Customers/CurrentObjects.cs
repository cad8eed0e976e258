using System.Net;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using Stripe;

namespace BillingFunctions.Customers;

/// <summary>What things are at this moment, where their events do not tell.</summary>
internal interface ICurrentObjects
{
    /// <summary>The customer as Stripe writes it; null when Stripe does not have it, or has deleted it.</summary>
    Task<JsonElement?> FindCustomerAsync(string id, CancellationToken cancellationToken);

    /// <summary>The invoice as Stripe writes it; null when Stripe does not have it, or has deleted it.</summary>
    Task<JsonElement?> FindInvoiceAsync(string id, CancellationToken cancellationToken);
}

/// <summary>Asks Stripe.</summary>
internal sealed class CurrentObjects(StripeClients clients, TimeProvider time) : ICurrentObjects
{
    private V1Services Stripe => clients.For(StripeLane.Interactive).V1;

    public Task<JsonElement?> FindCustomerAsync(string id, CancellationToken cancellationToken) =>
        FindAsync(() => Stripe.Customers.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);

    public Task<JsonElement?> FindInvoiceAsync(string id, CancellationToken cancellationToken) =>
        FindAsync(() => Stripe.Invoices.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);

    private async Task<JsonElement?> FindAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
        where T : StripeEntity
    {
        try
        {
            var found = await StripePatience.RunAsync(call, time, cancellationToken);
            using var json = JsonDocument.Parse(found.StripeResponse!.Content);
            return json.RootElement.Flag("deleted") ? null : json.RootElement.Clone();
        }
        catch (StripeException unknown) when (unknown.HttpStatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
