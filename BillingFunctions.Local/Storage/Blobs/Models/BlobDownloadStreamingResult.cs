namespace Azure.Storage.Blobs.Models;

/// <summary>A blob that is being read.</summary>
public class BlobDownloadStreamingResult : IDisposable
{
    internal BlobDownloadStreamingResult(Stream content, Response response)
    {
        Content = content;
        Details = new BlobDownloadDetails(response);
    }

    /// <summary>The content, as it comes over the network.</summary>
    public Stream Content { get; }

    /// <summary>What came with it.</summary>
    public BlobDownloadDetails Details { get; }

    /// <summary>Ends reading and gives the connection back.</summary>
    public void Dispose()
    {
        Content.Dispose();
        GC.SuppressFinalize(this);
    }
}
