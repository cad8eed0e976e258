using System.Text;
using Azure;
using Azure.Core;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The pages of a query. A page may be empty and yet not be the last: only a missing continuation ends it.</summary>
internal sealed class EntityPages<T>(
    TableService service,
    string path,
    string? filter,
    int? maxPerPage,
    IEnumerable<string>? select,
    CancellationToken cancellationToken) : AsyncPageable<T>(cancellationToken)
    where T : class
{
    private readonly string? _select = select is null ? null : string.Join(',', select);

    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            var page = await PageAsync(continuationToken, pageSizeHint ?? maxPerPage);
            continuationToken = page.ContinuationToken;
            yield return page;
        }
        while (continuationToken is not null);
    }

    private async Task<Page<T>> PageAsync(string? continuationToken, int? size)
    {
        var message = service.Message(RequestMethod.Get, path + Query(continuationToken, size));
        var response = await service.SendAsync(message, 200, alsoFine: 200, CancellationToken);
        var entities = EntityJson.ReadList<T>(response.Content.ToMemory().Span);
        return Page<T>.FromValues(entities, Continuation(response), response);
    }

    private string Query(string? continuationToken, int? size)
    {
        var (partitionKey, rowKey) = Split(continuationToken);
        var query = new StringBuilder("()");
        Append(query, "$top", size?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(query, "$select", _select);
        Append(query, "$filter", filter);
        Append(query, "NextPartitionKey", partitionKey);
        Append(query, "NextRowKey", rowKey);
        return query.ToString();
    }

    private static void Append(StringBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Append(query.Length == 2 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    // Both keys are encoded by the service and hold no space.
    private static string? Continuation(Response response)
    {
        var hasPartition = response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partitionKey);
        var hasRow = response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var rowKey);
        return hasPartition || hasRow ? $"{partitionKey} {rowKey}" : null;
    }

    private static (string? PartitionKey, string? RowKey) Split(string? continuationToken)
    {
        var keys = continuationToken?.Split(' ', 2) ?? [];
        return (keys.ElementAtOrDefault(0), keys.ElementAtOrDefault(1));
    }
}
