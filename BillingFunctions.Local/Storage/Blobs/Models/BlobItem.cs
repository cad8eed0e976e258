using System.Xml.Linq;

namespace Azure.Storage.Blobs.Models;

/// <summary>A blob in a listing.</summary>
public class BlobItem
{
    internal BlobItem(XElement blob)
    {
        var name = blob.Element("Name")!;

        // A name with characters that XML cannot hold comes percent-encoded.
        Name = (bool?)name.Attribute("Encoded") == true ? Uri.UnescapeDataString(name.Value) : name.Value;
        Properties = new BlobItemProperties(blob.Element("Properties")!);
    }

    /// <summary>The blob's name, folders included.</summary>
    public string Name { get; }

    /// <summary>What is known of it.</summary>
    public BlobItemProperties Properties { get; }
}
