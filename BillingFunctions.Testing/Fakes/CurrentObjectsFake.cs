using System.Text.Json;
using BillingFunctions.Customers.Events;

namespace BillingFunctions.Testing.Fakes;

/// <summary>Stripe with at most one object.</summary>
internal sealed class CurrentObjectsFake : ICurrentObjects
{
    public JsonElement? Object { get; set; }

    public int Asked { get; private set; }

    public Task<JsonElement?> FindCustomerAsync(string id, CancellationToken cancellationToken) => FindAsync();

    public Task<JsonElement?> FindInvoiceAsync(string id, CancellationToken cancellationToken) => FindAsync();

    private Task<JsonElement?> FindAsync()
    {
        Asked++;
        return Task.FromResult(Object);
    }
}
