using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Lists;

/// <summary>One page, the newest first.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, bool HasMore)
{
    /// <summary>Takes a page off what follows the cursor: from the newest on, or when going backwards from the oldest on.</summary>
    public static ListPage<T> Take(IEnumerable<T> following, ListQuery query)
    {
        var items = following.Take(query.Limit + 1).ToList();
        var hasMore = items.Count > query.Limit;
        if (hasMore)
        {
            items.RemoveAt(query.Limit);
        }

        if (query.Backwards)
        {
            items.Reverse();
        }

        return new ListPage<T>(items, hasMore);
    }

    public StripeAnswer ToAnswer(string url, Action<Utf8JsonWriter, T> writeItem) => StripeAnswer.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var item in Items)
        {
            writeItem(json, item);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more"u8, HasMore);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
    });
}
