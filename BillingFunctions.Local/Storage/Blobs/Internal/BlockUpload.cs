using System.Buffers.Binary;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>Uploads a stream of any length without holding more than a block of it.</summary>
internal static class BlockUpload
{
    private const int BlockSize = 8 * 1024 * 1024;
    private const long MaxSingle = 256L * 1024 * 1024;

    public static async Task<Response<BlobContentInfo>> SendAsync(
        BlobAddress blob,
        Stream content,
        BlobUploadOptions? options,
        CancellationToken cancellationToken)
    {
        // A stream that can go back can be sent as it is: a retry begins anew.
        if (content.CanSeek && content.Length - content.Position <= MaxSingle)
        {
            return await blob.PutAsync(RequestContent.Create(content), options, cancellationToken);
        }

        var ids = await StageAsync(blob, content, cancellationToken);
        var commit = new CommitBlockListOptions
        {
            Conditions = options?.Conditions,
            HttpHeaders = options?.HttpHeaders,
            Metadata = options?.Metadata,
        };
        return await blob.CommitAsync(ids, commit, cancellationToken);
    }

    private static async Task<List<string>> StageAsync(BlobAddress blob, Stream content, CancellationToken cancellationToken)
    {
        // Two uploads of one blob at once must not mix their blocks.
        var upload = Guid.NewGuid();
        var ids = new List<string>();
        var buffer = new byte[BlockSize];
        while (await content.ReadAtLeastAsync(buffer, BlockSize, throwOnEndOfStream: false, cancellationToken) is > 0 and var read)
        {
            var id = BlockId(upload, ids.Count);
            await blob.StageAsync(id, RequestContent.Create(buffer.AsMemory(0, read)), conditions: null, cancellationToken);
            ids.Add(id);
        }

        return ids;
    }

    private static string BlockId(Guid upload, int number)
    {
        Span<byte> id = stackalloc byte[20];
        upload.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], number);
        return Convert.ToBase64String(id);
    }
}
