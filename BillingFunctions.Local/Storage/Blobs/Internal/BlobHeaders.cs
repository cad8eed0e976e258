using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>Options to request headers, and response headers to values.</summary>
internal static class BlobHeaders
{
    private const string Metadata = "x-ms-meta-";

    public static void Add(this Request request, BlobRequestConditions? conditions)
    {
        request.AddIf("If-Match", conditions?.IfMatch?.ToString("H"));
        request.AddIf("If-None-Match", conditions?.IfNoneMatch?.ToString("H"));
        request.AddIf("If-Modified-Since", conditions?.IfModifiedSince?.ToString("R", CultureInfo.InvariantCulture));
        request.AddIf("If-Unmodified-Since", conditions?.IfUnmodifiedSince?.ToString("R", CultureInfo.InvariantCulture));
        request.AddIf("x-ms-lease-id", conditions?.LeaseId);
    }

    public static void Add(this Request request, BlobHttpHeaders? headers)
    {
        request.AddIf("x-ms-blob-content-type", headers?.ContentType);
        request.AddIf("x-ms-blob-content-encoding", headers?.ContentEncoding);
        request.AddIf("x-ms-blob-content-language", headers?.ContentLanguage);
        request.AddIf("x-ms-blob-content-disposition", headers?.ContentDisposition);
        request.AddIf("x-ms-blob-cache-control", headers?.CacheControl);
        request.AddIf("x-ms-blob-content-md5", headers?.ContentHash is { } hash ? Convert.ToBase64String(hash) : null);
    }

    public static void Add(this Request request, IDictionary<string, string>? metadata)
    {
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            request.Headers.Add(Metadata + name, value);
        }
    }

    public static void AddIf(this Request request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(name, value);
        }
    }

    public static string? Text(this Response response, string name) => response.Headers.TryGetValue(name, out var value) ? value : null;

    public static DateTimeOffset Time(this Response response, string name) =>
        response.Text(name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : default;

    public static byte[]? Hash(this Response response, string name) =>
        response.Text(name) is { } text ? Convert.FromBase64String(text) : null;

    public static long ContentLength(this Response response) => response.Headers.ContentLengthLong ?? 0;

    public static Dictionary<string, string> MetadataOf(Response response) => response.Headers
        .Where(header => header.Name.StartsWith(Metadata, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(header => header.Name[Metadata.Length..], header => header.Value, StringComparer.OrdinalIgnoreCase);
}
