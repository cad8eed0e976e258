using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Models;

/// <summary>A block after it was staged.</summary>
public class BlockInfo
{
    internal BlockInfo(Response response)
    {
        ContentHash = response.Hash("Content-MD5");
    }

    /// <summary>The MD5 of what was sent; null if the service did not say.</summary>
    public byte[]? ContentHash { get; }
}
