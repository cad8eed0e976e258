using System.Net.Http.Json;
using System.Text.Json;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays a caller who leafs through a list.</summary>
internal static class PagesDriver
{
    /// <summary>The items of every page, page by page.</summary>
    /// <param name="http">The app.</param>
    /// <param name="path">The list with its query, if any, such as <c>api/customers?limit=5</c>.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> PagesAsync(HttpClient http, string path)
    {
        var pages = new List<IReadOnlyList<JsonElement>>();
        for (string? cursor = "", next = path; cursor is not null; next = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={Uri.EscapeDataString(cursor ?? "")}")
        {
            var page = await http.GetFromJsonAsync<JsonElement>(next, TestContext.Current.CancellationToken);
            pages.Add([.. page.GetProperty("data").EnumerateArray()]);
            cursor = page.GetProperty("next_cursor").GetString();
        }

        return pages;
    }

    /// <summary>The items of all pages.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ItemsAsync(HttpClient http, string path) => [.. (await PagesAsync(http, path)).SelectMany(page => page)];

    /// <summary>The ids of the items of all pages.</summary>
    public static async Task<IReadOnlyList<string>> IdsAsync(HttpClient http, string path) =>
        [.. (await ItemsAsync(http, path)).Select(item => item.GetProperty("id").GetString()!)];
}
