using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Lists;

/// <summary>One page, the newest first unless it says otherwise.</summary>
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

    /// <summary>Takes a page of items that are listed in the order they are kept, the first first.</summary>
    /// <param name="kind">What an item is called when the cursor names none.</param>
    /// <exception cref="StripeRefusalException">A parameter was wrong.</exception>
    public static ListPage<T> InOrder(IReadOnlyList<T> items, Func<T, string> idOf, string kind, ParameterReader reader)
    {
        var query = ListQuery.Read(reader);
        var place = query.Cursor is { } cursor ? items.TakeWhile(item => idOf(item) != cursor).Count() : -1;
        query.CheckCursor(reader, kind, _ => place < items.Count);
        reader.ThrowIfWrong();
        return Take(query.Backwards ? items.Take(place).Reverse() : items.Skip(place + 1), query);
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
