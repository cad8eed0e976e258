namespace Azure.Storage.Blobs.Models;

/// <summary>With which key a new container's blobs are encrypted.</summary>
public class BlobContainerEncryptionScopeOptions
{
    /// <summary>The scope; null for the account's own.</summary>
    public string? DefaultEncryptionScope { get; set; }

    /// <summary>Whether a blob may not choose another.</summary>
    public bool PreventEncryptionScopeOverride { get; set; }
}
