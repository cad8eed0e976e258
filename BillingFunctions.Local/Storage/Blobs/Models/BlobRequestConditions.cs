namespace Azure.Storage.Blobs.Models;

/// <summary>Conditions of a request to something that can be leased.</summary>
public class BlobLeaseRequestConditions : RequestConditions;

/// <summary>What must hold for a request to be done.</summary>
public class BlobRequestConditions : BlobLeaseRequestConditions
{
    /// <summary>The lease under which the blob must be.</summary>
    public string? LeaseId { get; set; }
}
