using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Customers;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>Pieces of JSON that several kinds of objects have.</summary>
internal static class JsonParts
{
    public static JsonObject Of(IReadOnlyDictionary<string, string> metadata)
        => new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    /// <param name="total">How many there are, if there may be more than the data.</param>
    public static JsonObject ListOf(string url, IEnumerable<JsonObject> data, int? total = null)
    {
        var array = new JsonArray([.. data]);
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = array,
            ["has_more"] = total > array.Count,
            ["total_count"] = total ?? array.Count,
            ["url"] = url,
        };
    }

    public static JsonObject? Of(AddressRecord? address) => address is null ? null : new JsonObject
    {
        ["city"] = address.City,
        ["country"] = address.Country,
        ["line1"] = address.Line1,
        ["line2"] = address.Line2,
        ["postal_code"] = address.PostalCode,
        ["state"] = address.State,
    };

    public static JsonObject AutomaticTax() => new() { ["disabled_reason"] = null, ["enabled"] = false, ["liability"] = null };

    /// <summary>The account itself, as the issuer of invoices.</summary>
    public static JsonObject Issuer() => new() { ["type"] = "self" };
}
