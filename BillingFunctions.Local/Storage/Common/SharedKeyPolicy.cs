using System.Globalization;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BillingFunctions.Local.Storage;

/// <summary>Signs requests to blobs and queues with the account's key. Every retry is signed anew: the date is part of it.</summary>
internal sealed class SharedKeyPolicy(AccountKey key) : HttpPipelineSynchronousPolicy
{
    private static readonly string[] SignedHeaders =
    [
        "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    public override void OnSendingRequest(HttpMessage message)
    {
        var request = message.Request;
        request.Headers.SetValue("x-ms-date", TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        request.Headers.SetValue("Authorization", $"SharedKey {key.AccountName}:{key.Sign(ToSign(request))}");
    }

    private string ToSign(Request request)
    {
        var text = new StringBuilder(512).Append(request.Method.Method).Append('\n');
        text.Append(Header(request, "Content-Encoding")).Append('\n').Append(Header(request, "Content-Language")).Append('\n');
        text.Append(ContentLength(request)).Append('\n');
        foreach (var name in SignedHeaders)
        {
            text.Append(Header(request, name)).Append('\n');
        }

        AppendServiceHeaders(text, request);
        AppendResource(text, request.Uri.ToUri());
        return text.ToString();
    }

    private static void AppendServiceHeaders(StringBuilder text, Request request)
    {
        var headers = request.Headers.Where(header => header.Name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase));
        foreach (var header in headers.OrderBy(header => header.Name.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text.Append(header.Name.ToLowerInvariant()).Append(':').Append(header.Value).Append('\n');
        }
    }

    private void AppendResource(StringBuilder text, Uri address)
    {
        text.Append('/').Append(key.AccountName).Append(address.AbsolutePath);
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
        foreach (var pair in query.OrderBy(pair => pair[0], StringComparer.Ordinal))
        {
            var value = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? string.Empty);
            text.Append('\n').Append(pair[0].ToLowerInvariant()).Append(':').Append(value);
        }
    }

    // An empty body counts as no length at all.
    private static string ContentLength(Request request) =>
        request.Content is { } content && content.TryComputeLength(out var length) && length > 0
            ? length.ToString(CultureInfo.InvariantCulture)
            : string.Empty;

    private static string Header(Request request, string name) => request.Headers.TryGetValue(name, out var value) ? value : string.Empty;
}
