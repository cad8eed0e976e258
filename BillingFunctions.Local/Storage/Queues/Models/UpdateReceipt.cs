using System.Globalization;

namespace Azure.Storage.Queues.Models;

/// <summary>A message that was updated.</summary>
public class UpdateReceipt
{
    internal UpdateReceipt(Response response)
    {
        PopReceipt = response.Headers.TryGetValue("x-ms-popreceipt", out var receipt) ? receipt : string.Empty;
        NextVisibleOn = response.Headers.TryGetValue("x-ms-time-next-visible", out var time)
            ? DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)
            : default;
    }

    /// <summary>What deletes or updates the message from here on; the receipt before it is worth nothing any more.</summary>
    public string PopReceipt { get; }

    /// <summary>When it can be received again.</summary>
    public DateTimeOffset NextVisibleOn { get; }
}
