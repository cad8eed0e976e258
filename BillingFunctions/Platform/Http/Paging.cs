using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>A page of a list: <c>{ "data": […], "next_cursor": … }</c>.</summary>
/// <param name="Data">The items.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>Which page is asked for.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">The id of the last item of the page before; null for the first page.</param>
internal sealed record PageRequest(int Limit, string? Cursor)
{
    private const int DefaultLimit = 20;

    /// <summary>Reads <c>?limit=</c> and <c>?cursor=</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <param name="isCursor">Whether a text can be a cursor of this list; without it, any may.</param>
    /// <returns>Null when a value is not allowed; then <paramref name="errors"/> says why.</returns>
    public static PageRequest? From(HttpRequest request, FieldErrors errors, Func<string, bool>? isCursor = null)
    {
        var limit = DefaultLimit;
        if (request.Query["limit"] is [{ } text]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 100))
        {
            errors.Add("limit", "The value must be a whole number from 1 to 100.");
            return null;
        }

        var cursor = request.Query["cursor"] is [{ Length: > 0 } given] ? given : null;
        if (cursor is not null && isCursor?.Invoke(cursor) == false)
        {
            errors.Add("cursor", "cursor must be a next_cursor value from the previous page.");
            return null;
        }

        return new PageRequest(limit, cursor);
    }

    /// <summary>Makes the page of what was found, which is one item more than <see cref="Limit"/> when there is another page.</summary>
    public ListPage<TView> Cut<T, TView>(IReadOnlyList<T> found, Func<T, TView> view, Func<T, string> cursor) =>
        new([.. found.Take(Limit).Select(view)], found.Count > Limit ? cursor(found[Limit - 1]) : null);
}
