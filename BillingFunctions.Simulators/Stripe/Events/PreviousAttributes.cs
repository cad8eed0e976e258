using System.Text.Json.Nodes;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>The old values of what changed: fields of the object, and within objects their fields.</summary>
internal static class PreviousAttributes
{
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var previous = new JsonObject();
        foreach (var name in before.Select(field => field.Key).Union(after.Select(field => field.Key)))
        {
            if (!JsonNode.DeepEquals(before[name], after[name]))
            {
                previous[name] = (before[name], after[name]) is (JsonObject old, JsonObject changed)
                    ? Between(old, changed)
                    : before[name]?.DeepClone();
            }
        }

        return previous;
    }
}
