using Azure.Core;
using Azure.Storage.Blobs.Models;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Blobs.Specialized;

/// <summary>What every kind of blob can. Safe to share between threads.</summary>
public partial class BlobBaseClient
{
    private readonly BlobAddress _blob = null!;

    /// <summary>For a stand-in in tests.</summary>
    protected BlobBaseClient()
    {
    }

    internal BlobBaseClient(BlobAddress blob)
    {
        _blob = blob;
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _blob.Connection.AccountName;

    /// <summary>The blob's name, folders included.</summary>
    public virtual string Name => _blob.Blob;

    /// <summary>Where the blob is.</summary>
    public virtual Uri Uri => new(_blob.Address);

    internal BlobAddress Blob => _blob;

    /// <summary>Whether the blob is there; one of which blocks are only staged is not.</summary>
    public virtual async Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default) =>
        await Existence.OfAsync(_blob.Connection, Message(RequestMethod.Head, conditions: null), cancellationToken);

    /// <summary>What is known of the blob.</summary>
    /// <exception cref="RequestFailedException">It is not there (404, <see cref="BlobErrorCode.BlobNotFound"/>), or a condition is not met.</exception>
    public virtual async Task<Response<BlobProperties>> GetPropertiesAsync(
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        var response = await _blob.Connection.SendAsync(Message(RequestMethod.Head, conditions), 200, cancellationToken);
        return Response.FromValue(new BlobProperties(response), response);
    }

    /// <summary>Deletes the blob, if it is there.</summary>
    /// <returns>Whether it was.</returns>
    /// <exception cref="RequestFailedException">A condition is not met (412).</exception>
    public virtual async Task<Response<bool>> DeleteIfExistsAsync(
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        var message = Message(RequestMethod.Delete, conditions);
        message.Request.AddIf("x-ms-delete-snapshots", snapshotsOption switch
        {
            DeleteSnapshotsOption.None => null,
            DeleteSnapshotsOption.IncludeSnapshots => "include",
            DeleteSnapshotsOption.OnlySnapshots => "only",
            _ => throw new ArgumentOutOfRangeException(nameof(snapshotsOption)),
        });
        return await Existence.OfAsync(_blob.Connection, message, 202, cancellationToken);
    }

    private HttpMessage Message(RequestMethod method, BlobRequestConditions? conditions)
    {
        var message = _blob.Connection.Message(method, _blob.Address);
        message.Request.Add(conditions);
        return message;
    }
}
