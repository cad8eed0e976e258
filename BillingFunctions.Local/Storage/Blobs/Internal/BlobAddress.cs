namespace BillingFunctions.Local.Storage.Blobs;

/// <summary>A container or blob: how to reach it and what it is called.</summary>
internal sealed record BlobAddress(BlobConnection Connection, string Address, string Container, string Blob)
{
    /// <summary>A container at its own address.</summary>
    public static BlobAddress OfContainer(BlobConnection connection, Uri address) =>
        new(connection, address.AbsoluteUri.TrimEnd('/'), StorageAddress.ResourceOf(address).FirstOrDefault(string.Empty), string.Empty);

    /// <summary>A container of a service.</summary>
    public static BlobAddress OfContainer(BlobConnection connection, Uri service, string container)
    {
        ArgumentException.ThrowIfNullOrEmpty(container, "blobContainerName");
        var address = $"{service.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(container)}";
        return new BlobAddress(connection, address, container, string.Empty);
    }

    /// <summary>A blob at its own address.</summary>
    public static BlobAddress OfBlob(BlobConnection connection, Uri address)
    {
        ArgumentNullException.ThrowIfNull(address, "blobUri");
        var names = StorageAddress.ResourceOf(address).ToList();
        return new BlobAddress(connection, address.AbsoluteUri, names.FirstOrDefault(string.Empty), string.Join('/', names.Skip(1)));
    }

    /// <summary>A blob in this container; a slash in its name stays one.</summary>
    public BlobAddress ForBlob(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "blobName");
        var escaped = Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);
        return this with { Address = $"{Address}/{escaped}", Blob = name };
    }

    public static BlobAddress Parse(string connectionString, string container, Azure.Storage.Blobs.BlobClientOptions? options)
    {
        var parsed = StorageConnectionString.Parse(connectionString);
        return OfContainer(BlobConnection.From(parsed, options), parsed.BlobEndpoint, container);
    }
}
