using System.Text.Json;
using Stripe;

namespace BillingFunctions.Platform.Stripe;

/// <summary>A page of one of Stripe's lists, from the JSON itself: that has every field, also those that the SDK does not know yet.</summary>
/// <param name="Items">What is listed.</param>
/// <param name="Next">The id to pass as <c>starting_after</c> for the page behind this one; null when this is the last.</param>
/// <param name="Waited">How long the request waited for the rate limit.</param>
internal sealed record StripePage(IReadOnlyList<JsonElement> Items, string? Next, TimeSpan Waited)
{
    /// <summary>Reads a page from the answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="after">The id behind which the page was asked for; null for the first.</param>
    /// <exception cref="StripeListException">It is no page, or the list would never end.</exception>
    public static StripePage Read(StripeResponse response, string? after)
    {
        var answer = StripeText.Parse(response.Content);
        if (answer.Child("data").ValueKind != JsonValueKind.Array || answer.Child("has_more").ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw new StripeListException("Stripe's answer is no page of a list: 'data' or 'has_more' is missing.");
        }

        List<JsonElement> items = [.. answer.GetProperty("data").EnumerateArray()];
        var ids = items.ConvertAll(item => item.Text("id"));
        return new StripePage(items, NextOf(ids, answer.Flag("has_more"), after), StripeRateLimitHandler.WaitedFor(response));
    }

    /// <summary>Where the next page begins. That a list has ended is believed only of a page that says so, and a list goes on only behind what was not seen before.</summary>
    /// <param name="ids">The ids on the page.</param>
    /// <param name="hasMore">What Stripe says.</param>
    /// <param name="after">The id behind which the page was asked for; null for the first.</param>
    /// <returns>Null when this was the last page.</returns>
    /// <exception cref="StripeListException">The page contradicts itself.</exception>
    public static string? NextOf(IReadOnlyList<string?> ids, bool hasMore, string? after) =>
        after is not null && ids.Contains(after) ? throw new StripeListException($"Stripe's page behind {after} begins before it: the list would never end.")
        : !hasMore ? null
        : ids.Count == 0 ? throw new StripeListException("Stripe sent an empty page and says that there are more.")
        : ids[^1] ?? throw new StripeListException($"Stripe sent a page of {ids.Count} items whose last one has no id, and says that there are more.");
}

/// <summary>Stripe's list contradicts itself. It is asked again; in the end this is the reason why it could not be read.</summary>
public sealed class StripeListException(string message) : Exception(message);
