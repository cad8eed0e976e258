using System.Text.Json;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Customers;

/// <summary>The shared fields of a customer as Stripe writes it.</summary>
internal static class StripeCustomerContent
{
    /// <summary>Reads them, and our id if it stands in the metadata.</summary>
    /// <param name="customer">Stripe's JSON.</param>
    /// <param name="idKey">The key of the metadata under which our id stands. It is no shared field.</param>
    public static (CustomerContent Content, string? OurId) Read(JsonElement customer, string idKey)
    {
        var metadata = MetadataOf(customer);
        var ourId = metadata.Remove(idKey, out var noted) && TableKey.IsValid(noted) ? noted : null;
        return (CustomerContent.From(customer.Text("name"), customer.Text("email"), customer.Text("phone"), metadata), ourId);
    }

    private static Dictionary<string, string> MetadataOf(JsonElement customer) =>
        customer.Child("metadata") is { ValueKind: JsonValueKind.Object } metadata
            ? metadata.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String).ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!)
            : [];
}
