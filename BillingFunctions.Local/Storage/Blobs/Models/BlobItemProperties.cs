using System.Globalization;
using System.Xml.Linq;

namespace Azure.Storage.Blobs.Models;

/// <summary>What a listing tells of a blob.</summary>
public class BlobItemProperties
{
    internal BlobItemProperties(XElement properties)
    {
        ContentLength = (long?)properties.Element("Content-Length");
        ContentType = Text(properties, "Content-Type");
        CreatedOn = Time(properties, "Creation-Time");
        LastModified = Time(properties, "Last-Modified");
        ETag = Text(properties, "Etag") is { } etag ? new ETag(etag) : null;
    }

    /// <summary>Its length in bytes.</summary>
    public long? ContentLength { get; }

    /// <summary>Such as <c>text/csv</c>.</summary>
    public string? ContentType { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedOn { get; }

    /// <summary>When it was last written.</summary>
    public DateTimeOffset? LastModified { get; }

    /// <summary>Its version.</summary>
    public ETag? ETag { get; }

    private static string? Text(XElement properties, string name) =>
        properties.Element(name) is { Value.Length: > 0 } element ? element.Value : null;

    private static DateTimeOffset? Time(XElement properties, string name) =>
        Text(properties, name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
}
