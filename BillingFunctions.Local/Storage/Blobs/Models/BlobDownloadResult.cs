namespace Azure.Storage.Blobs.Models;

/// <summary>A blob that was read.</summary>
public class BlobDownloadResult
{
    internal BlobDownloadResult(Response response)
    {
        Content = response.Content;
        Details = new BlobDownloadDetails(response);
    }

    /// <summary>The content.</summary>
    public BinaryData Content { get; }

    /// <summary>What came with it.</summary>
    public BlobDownloadDetails Details { get; }
}
