using System.Text.Json;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>A page of one of Stripe's lists, from the JSON itself: that has every field, also those that the SDK does not know yet.</summary>
/// <param name="Items">What is listed.</param>
/// <param name="Next">The id to pass as <c>starting_after</c> for the page behind this one; null when this is the last.</param>
/// <param name="Waited">How long the request waited for the rate limit.</param>
internal sealed record StripePage(IReadOnlyList<JsonElement> Items, string? Next, TimeSpan Waited)
{
    /// <exception cref="InvalidDataException">Stripe says that there is more, and not behind what.</exception>
    public static StripePage Read(StripeResponse response)
    {
        var answer = JsonElement.Parse(response.Content);
        List<JsonElement> items = [.. answer.GetProperty("data").EnumerateArray()];
        var next = !answer.GetProperty("has_more").GetBoolean() ? null
            : items.LastOrDefault().Text("id") ?? throw new InvalidDataException($"Stripe sent a page of {items.Count} items whose last one has no id, and says that there are more.");
        return new StripePage(items, next, StripeRateLimitHandler.WaitedFor(response));
    }
}
