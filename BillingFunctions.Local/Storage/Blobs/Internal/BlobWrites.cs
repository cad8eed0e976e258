using System.Xml;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>The requests that write a block blob.</summary>
internal static class BlobWrites
{
    /// <summary>Writes a blob in one request.</summary>
    public static async Task<Response<BlobContentInfo>> PutAsync(
        this BlobAddress blob,
        RequestContent content,
        BlobUploadOptions? options,
        CancellationToken cancellationToken)
    {
        var message = blob.Connection.Message(RequestMethod.Put, blob.Address);
        message.Request.Headers.Add("x-ms-blob-type", "BlockBlob");
        message.Request.Add(options?.Conditions);
        message.Request.Add(options?.HttpHeaders);
        message.Request.Add(options?.Metadata);
        message.Request.Content = content;
        var response = await blob.Connection.SendAsync(message, 201, cancellationToken);
        return Response.FromValue(new BlobContentInfo(response), response);
    }

    /// <summary>Stages one block; the same id again replaces it.</summary>
    public static async Task<Response<BlockInfo>> StageAsync(
        this BlobAddress blob,
        string id,
        RequestContent content,
        BlobRequestConditions? conditions,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, "base64BlockId");
        var message = blob.Connection.Message(RequestMethod.Put, $"{blob.Address}?comp=block&blockid={Uri.EscapeDataString(id)}");
        message.Request.Add(conditions);
        message.Request.Content = content;
        var response = await blob.Connection.SendAsync(message, 201, cancellationToken);
        return Response.FromValue(new BlockInfo(response), response);
    }

    /// <summary>Makes the blob of the blocks named.</summary>
    public static async Task<Response<BlobContentInfo>> CommitAsync(
        this BlobAddress blob,
        IEnumerable<string> ids,
        CommitBlockListOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids, "base64BlockIds");
        var message = blob.Connection.Message(RequestMethod.Put, $"{blob.Address}?comp=blocklist");
        message.Request.Headers.Add("Content-Type", "application/xml");
        message.Request.Add(options?.Conditions);
        message.Request.Add(options?.HttpHeaders);
        message.Request.Add(options?.Metadata);
        message.Request.AddIf("x-ms-access-tier", options?.AccessTier?.ToString());
        message.Request.Content = RequestContent.Create(BlockListXml(ids));
        var response = await blob.Connection.SendAsync(message, 201, cancellationToken);
        return Response.FromValue(new BlobContentInfo(response), response);
    }

    private static ReadOnlyMemory<byte> BlockListXml(IEnumerable<string> ids)
    {
        var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream))
        {
            writer.WriteStartElement("BlockList");
            foreach (var id in ids)
            {
                writer.WriteElementString("Latest", id);
            }

            writer.WriteEndElement();
        }

        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }
}
