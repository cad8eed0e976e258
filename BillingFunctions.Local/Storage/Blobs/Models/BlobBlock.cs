using System.Runtime.InteropServices;

namespace Azure.Storage.Blobs.Models;

/// <summary>A block of a blob.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct BlobBlock
{
    internal BlobBlock(string name, long size)
    {
        Name = name;
        SizeLong = size;
    }

    /// <summary>Its id in base64.</summary>
    public string Name { get; }

    /// <summary>Its length in bytes.</summary>
    public long SizeLong { get; }
}
