using System.Globalization;
using System.Xml.Linq;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>The pages of a listing, at most 5000 blobs each.</summary>
internal sealed class BlobPages(BlobAddress container, string? prefix, CancellationToken cancellationToken)
    : AsyncPageable<BlobItem>(cancellationToken)
{
    public override async IAsyncEnumerable<Page<BlobItem>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            var page = await PageAsync(continuationToken, pageSizeHint);
            continuationToken = page.ContinuationToken;
            yield return page;
        }
        while (continuationToken is not null);
    }

    private async Task<Page<BlobItem>> PageAsync(string? continuationToken, int? size)
    {
        var query = "?restype=container&comp=list" + Parameter("prefix", prefix) + Parameter("marker", continuationToken)
            + Parameter("maxresults", size?.ToString(CultureInfo.InvariantCulture));
        var message = container.Connection.Message(RequestMethod.Get, container.Address + query);
        var response = await container.Connection.SendAsync(message, 200, CancellationToken);

        var list = XElement.Load(response.ContentStream!);
        var blobs = list.Element("Blobs")!.Elements("Blob").Select(blob => new BlobItem(blob)).ToList();
        var next = list.Element("NextMarker")?.Value;
        return Page<BlobItem>.FromValues(blobs, string.IsNullOrEmpty(next) ? null : next, response);
    }

    private static string Parameter(string name, string? value) =>
        string.IsNullOrEmpty(value) ? string.Empty : $"&{name}={Uri.EscapeDataString(value)}";
}
